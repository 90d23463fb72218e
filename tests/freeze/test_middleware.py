from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.urls import path

from medialift.ledger.freezing import freeze
from tests.cli.conftest import use

SEEN: list[str] = []


def save(request: HttpRequest) -> HttpResponse:
    SEEN.append(request.method or "")
    storages["default"].save("a.txt", ContentFile(b"a"))
    return HttpResponse("saved")


def look(request: HttpRequest) -> HttpResponse:
    SEEN.append(request.method or "")
    return HttpResponse("looked")


urlpatterns = [path("save/", save), path("look/", look)]


@pytest.fixture(autouse=True)
def _site(db: None, settings: Any) -> None:
    SEEN.clear()
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["medialift.freeze.FreezeMiddleware"]
    entry = {"BACKEND": "medialift.freeze.FreezableMediaStorage", "OPTIONS": {"provider": "memory"}}
    use(settings, {**settings.STORAGES, "default": entry})


def upload() -> dict[str, Any]:
    return {"file": SimpleUploadedFile("a.txt", b"a")}


def test_without_a_freeze_nothing_is_in_the_way() -> None:
    assert Client().post("/save/", upload()).content == b"saved"


def test_an_upload_is_answered_before_the_view_begins() -> None:
    freeze(retry_after=120)
    answer = Client().post("/look/", upload())
    assert answer.status_code == 503
    assert 110 <= int(answer["Retry-After"]) <= 120
    assert "no-store" in answer["Cache-Control"]
    assert SEEN == []


def test_a_view_that_saves_in_another_way_ends_with_the_same_answer() -> None:
    freeze(retry_after=120)
    answer = Client().get("/save/")
    assert (answer.status_code, SEEN) == (503, ["GET"])
    assert 110 <= int(answer["Retry-After"]) <= 120


def test_everything_else_goes_on() -> None:
    freeze(retry_after=120)
    assert Client().get("/look/").content == b"looked"
    assert Client().post("/look/", "a=1", content_type="application/x-www-form-urlencoded").content == b"looked"


def test_programs_get_json_and_browsers_a_page(settings: Any) -> None:
    freeze(retry_after=120)
    said = Client().post("/save/", upload(), headers={"accept": "application/json"})
    assert json.loads(said.content)["error"] == "uploads_frozen"
    assert json.loads(said.content)["retry_after"] == int(said["Retry-After"])
    plain = Client().post("/save/", upload())
    assert plain["Content-Type"].startswith("text/plain")
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
    page = Client().post("/save/", upload(), headers={"accept": "text/html,application/json"})
    assert page.status_code == 503
    assert b"Uploads are paused for a moment" in page.content


@pytest.mark.django_db(transaction=True)
def test_under_asgi_it_is_the_same() -> None:
    freeze(retry_after=120)

    async def ask() -> int:
        answer = await AsyncClient().post("/look/", upload())
        return answer.status_code

    assert asyncio.run(ask()) == 503
