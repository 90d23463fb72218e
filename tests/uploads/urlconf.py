"""One address for the uploads of each field, and a form that takes them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from medialift.downloads import anyone, is_authenticated
from medialift.uploads import DirectUploadView, claim
from tests.desk.models import Submission


def hand_in(request: HttpRequest) -> HttpResponse:
    """What a site's own view does with a receipt."""
    name = claim(request, request.POST["receipt"], "desk.Submission.plain")
    row = Submission.objects.create(plain=name)
    return HttpResponse(str(row.pk))


urlpatterns = [
    path("paper/", DirectUploadView.as_view(field="desk.Submission.paper", permission=is_authenticated)),
    path("plain/", DirectUploadView.as_view(field="desk.Submission.plain", permission=is_authenticated)),
    path("photo/", DirectUploadView.as_view(field="desk.Submission.photo", permission=is_authenticated)),
    path("open/", DirectUploadView.as_view(field="desk.Submission.plain", permission=anyone)),
    path("closed/", DirectUploadView.as_view(field="desk.Submission.plain")),
    path("hand-in/", hand_in),
    path("me/", lambda request: HttpResponse(request.user)),
]
