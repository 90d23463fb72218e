"""The same form, sent twice at once: one row, and an ordinary page for the slower one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from asgiref.sync import sync_to_async
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from rest_framework.generics import CreateAPIView
from rest_framework.serializers import ModelSerializer

from medialift.rest import DirectUploadField as SerializerField
from medialift.uploads import DirectUploadField, steps
from medialift.uploads.target import Target
from tests.desk.models import Submission
from tests.uploads import urlconf
from tests.uploads.conftest import WITH_USERS, keys, uploaded
from tests.validators.samples import PDF, picture

PICTURE = picture("PNG")


class Form(forms.ModelForm):  # type: ignore[type-arg]
    plain = DirectUploadField("/plain/")

    class Meta:
        model = Submission
        fields = ("plain", "paper")


class Serializer(ModelSerializer):  # type: ignore[misc]
    plain = SerializerField("/plain/")

    class Meta:
        model = Submission
        fields = ("plain",)


def page(request: HttpRequest) -> HttpResponse:
    form = Form(request.POST, request.FILES)
    if form.is_valid():
        form.save()
        return HttpResponse("Saved")
    return HttpResponse(str(form.errors))


async def async_page(request: HttpRequest) -> HttpResponse:
    return await sync_to_async(page)(request)


def careless(request: HttpRequest) -> HttpResponse:
    """A view that no second question can be put to."""
    if hasattr(request, "asked"):
        raise RuntimeError("asked twice")
    request.asked = True  # type: ignore[attr-defined]
    return page(request)


class Api(CreateAPIView):  # type: ignore[misc]
    serializer_class = Serializer
    queryset = Submission.objects.all()


urlpatterns = [
    *urlconf.urlpatterns,
    path("page/", page),
    path("async/", async_page),
    path("careless/", careless),
    path("api/", Api.as_view()),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.usefixtures("_uploads_middleware")]


@pytest.fixture
def _uploads_middleware(transactional_db: None) -> Any:
    used = [*WITH_USERS.options["MIDDLEWARE"], "medialift.uploads.UploadsMiddleware"]
    with override_settings(MIDDLEWARE=used):
        yield


def overtaken(send: Callable[[], Any]) -> Any:
    """The answer to a form that another one like it overtakes, between its being valid and its being saved."""
    take, calls = steps.take, []

    def late(held: Any) -> str:
        calls.append(held)
        if len(calls) == 1:
            assert send().status_code in (200, 201)
        return take(held)

    with mock.patch.object(steps, "take", late):
        return send()


@pytest.mark.parametrize("place", ["page", "async"])
def test_the_slower_form_is_shown_again_with_a_message(memory: Any, ann: Client, place: str) -> None:
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    answer = overtaken(lambda: ann.post(f"/{place}/", {"plain": receipt, "paper": SimpleUploadedFile("a.pdf", PDF)}))
    assert answer.status_code == 200
    assert "stored already" in answer.content.decode()
    assert Submission.objects.count() == 1
    assert len([key for key in keys(memory) if not key.startswith("papers/")]) == 1


def test_a_view_that_cannot_be_asked_again_tells_what_went_wrong_first(memory: Any, ann: Client) -> None:
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    with pytest.raises(ValidationError, match="stored already"):
        overtaken(lambda: ann.post("/careless/", {"plain": receipt}))
    assert Submission.objects.count() == 1


@pytest.mark.usefixtures("memory")
def test_an_api_answers_as_to_any_wrong_value(ann: Client) -> None:
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    answer = overtaken(lambda: ann.post("/api/", {"plain": receipt}, content_type="application/json"))
    assert (answer.status_code, list(answer.json())) == (400, ["plain"])
    assert Submission.objects.count() == 1


@pytest.mark.usefixtures("memory")
def test_a_row_that_is_being_saved_is_waited_for(ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The faster request has taken the file, and its transaction is not over yet."""
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    assert ann.post("/page/", {"plain": receipt}).content == b"Saved"
    monkeypatch.setattr(steps, "WAITS", (0.0, 0.001, 0.001))
    with mock.patch.object(Target, "is_held", side_effect=[False, False, True]):
        assert "stored already" in ann.post("/page/", {"plain": receipt}).content.decode()
    assert Submission.objects.count() == 1


@pytest.mark.usefixtures("memory")
def test_other_errors_are_not_touched(ann: Client) -> None:
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    with mock.patch.object(Form, "save", side_effect=ZeroDivisionError), pytest.raises(ZeroDivisionError):
        ann.post("/page/", {"plain": receipt})
