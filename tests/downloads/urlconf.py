"""One address for each way to deliver, and for each kind of view."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import include, path

from medialift.downloads import (
    Apache,
    NameDownload,
    Nginx,
    ObjectDownload,
    OldLinks,
    Redirect,
    Stream,
    any_of,
    anyone,
    has_object_permission,
    has_permission,
    is_owner,
    is_staff,
)
from tests.desk.models import Submission

OWNERS = any_of(is_owner(), is_staff)


class Papers(ObjectDownload):
    model = Submission
    field = "paper"
    delivery = "stream"
    permission = staticmethod(OWNERS)


async def asked_later(request: HttpRequest, row: object) -> bool:
    return request.headers.get("X-Pass") == "yes"


urlpatterns = [
    path("papers/<int:pk>/", Papers.as_view(), name="paper"),
    path("login/<int:pk>/", Papers.as_view(login=True)),
    path("perm/<int:pk>/", Papers.as_view(permission=has_permission("desk.view_submission"))),
    path("object/<int:pk>/", Papers.as_view(permission=has_object_permission("desk.view_submission"))),
    path("async/<int:pk>/", Papers.as_view(permission=asked_later)),
    path("closed/<int:pk>/", Papers.as_view(permission=None)),
    path(
        "names/<path:name>",
        NameDownload.as_view(fields=["desk.Submission.paper"], permission=OWNERS, delivery=Stream()),
    ),
    path("stream/<path:name>", NameDownload.as_view(permission=anyone, delivery=Stream())),
    path("saved/<path:name>", NameDownload.as_view(permission=anyone, delivery=Stream(), disposition="attachment")),
    path("shown/<path:name>", NameDownload.as_view(permission=anyone, delivery=Stream(), disposition="inline")),
    path("redirect/<path:name>", NameDownload.as_view(permission=anyone, delivery=Redirect(), expires="2m")),
    path("nginx/<path:name>", NameDownload.as_view(permission=anyone, delivery=Nginx())),
    path("apache/<path:name>", NameDownload.as_view(permission=anyone, delivery=Apache())),
    path("media/<path:name>", OldLinks.as_view()),
    path("ready/", include("medialift.downloads.urls")),
]
