"""The pages of a site that takes uploads: each form is one that a site could have."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from medialift.downloads import is_authenticated
from medialift.uploads import DirectUploadField, DirectUploadView, MultipleDirectUploadField
from medialift.uploads.admin import DirectUploads
from tests.desk.models import Submission

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A form</title><link rel="icon" href="data:,">
{{ form.media }}
<form method="post" enctype="multipart/form-data">{% csrf_token %}{{ form.as_p }}
<button type="submit">Save</button></form></html>"""
POLICY = "default-src 'none'; script-src 'nonce-n0nce'; style-src 'nonce-n0nce'; connect-src 'self'; img-src data:"


class PlainForm(forms.ModelForm):  # type: ignore[type-arg]
    plain = DirectUploadField("plain-upload")
    title = forms.CharField(required=False)

    class Meta:
        model = Submission
        fields = ("plain",)

    def clean_title(self) -> str:
        if self.cleaned_data["title"] == "bad":
            raise forms.ValidationError("Another title, please.")
        return str(self.cleaned_data["title"])


class SeveralForm(forms.Form):
    papers = MultipleDirectUploadField("plain-upload", required=False)


def plain(request: HttpRequest) -> HttpResponse:
    form = PlainForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return saved(form.save())
    return shown(request, form)


def several(request: HttpRequest) -> HttpResponse:
    form = SeveralForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return saved(*(Submission.objects.create(plain=file) for file in form.cleaned_data["papers"]))
    return shown(request, form)


def strict(request: HttpRequest) -> HttpResponse:
    """The same form on a page whose policy lets nothing in that has no nonce."""
    request.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    response = plain(request)
    response["Content-Security-Policy"] = POLICY
    return response


def shown(request: HttpRequest, form: forms.BaseForm) -> HttpResponse:
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"form": form}, request))


def saved(*rows: Submission) -> HttpResponse:
    return HttpResponse(f"<!doctype html><title>Saved {len(rows)}</title>")


class SubmissionInline(DirectUploads, admin.TabularInline):  # type: ignore[type-arg]
    model = Submission
    fields = ("plain", "photo")
    direct_uploads = ("plain", "photo")
    extra = 1


class WithoutLog(DirectUploads, admin.ModelAdmin):  # type: ignore[type-arg]
    """The admin's log has no table here."""

    def log_addition(self, *args: Any) -> Any: ...

    def log_change(self, *args: Any) -> Any: ...


class SubmissionAdmin(WithoutLog):
    fields = ("plain",)
    direct_uploads = ("plain",)


class OwnerAdmin(WithoutLog):
    fields = ("first_name",)
    inlines = (SubmissionInline,)


desk = admin.AdminSite()
desk.register(User, OwnerAdmin)
desk.register(Submission, SubmissionAdmin)

urlpatterns = [
    path(
        "upload/plain/",
        DirectUploadView.as_view(field="desk.Submission.plain", permission=is_authenticated),
        name="plain-upload",
    ),
    path("plain/", plain),
    path("several/", several),
    path("strict/", strict),
    path("admin/", desk.urls),
]
