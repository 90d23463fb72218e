"""The embedded engine from the page to the bucket: what is asked, made, kept and refused."""

from __future__ import annotations

import logging
import re
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.template import Context, Engine
from django.test import Client, override_settings

from medialift.images import media_image_url
from medialift.images.embedded import keeping, tickets
from medialift.images.embedded.tickets import Ticket
from medialift.images.request import Format, ImageRequest
from medialift.renditions import FOLDER
from medialift.storage import MediaStorage
from tests.desk.models import DESK, Submission
from tests.desk.storages import stored
from tests.images import pictures
from tests.images.pictures import opened, saved

# Closing an answer closes old connections to the database.
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.images.urlconf")]

ENGINE = Engine(libraries={"medialift": "medialift.templatetags.medialift"})

BACKEND = "medialift.storage.MediaStorage"
PHOTO = pictures.from_phone(6)


@pytest.fixture(params=["memory", "folder", "Django's own"])
def storage(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Any]:
    """The default storage, of each kind that lies on this machine."""
    entry: dict[str, Any] = {
        "memory": {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory", "images": "embedded"}},
        "folder": {
            "BACKEND": BACKEND,
            "OPTIONS": {"provider": "filesystem", "bucket": str(tmp_path), "images": "embedded"},
        },
        "Django's own": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }[request.param]
    with stored({"default": entry}):
        yield storages["default"]


def given(storage: Any, name: str = "photos/cat.jpg", data: bytes = PHOTO) -> str:
    return str(storage.save(name, ContentFile(data)))


def got(url: str, **headers: str) -> Any:
    """The answer, with all that came as its ``body``."""
    response: Any = Client().get(url, headers=headers)
    response.body = b"".join(response.streaming_content) if response.streaming else bytes(response.content)
    response.close()
    return response


def body(response: Any) -> bytes:
    data: bytes = response.body
    return data


def kept(storage: Any) -> list[str]:
    """Names of the renditions that lie in the storage."""
    folders, _ = storage.listdir(FOLDER) if FOLDER in storage.listdir("")[0] else ([], [])
    return [f"{folder}/{name}" for folder in folders for name in storage.listdir(f"{FOLDER}/{folder}")[1]]


def test_a_rendition_is_made_when_it_is_first_asked_for_and_kept(storage: Any) -> None:
    url = media_image_url(given(storage), width=200, height=100, fit="cover", focus="0 0")
    assert kept(storage) == []

    first, again = got(url), got(url)

    assert first.status_code == again.status_code == 200
    assert first["Content-Type"] == "image/webp"
    assert first["X-Content-Type-Options"] == "nosniff"
    data = body(first)
    assert opened(data).size == (200, 100)
    assert body(again) == data
    assert len(kept(storage)) == 1
    with storage.open(f"{FOLDER}/{kept(storage)[0]}") as file:
        assert file.read() == data


@pytest.mark.parametrize(
    "name", ["a b/ü#%?.jpg", "日本/写真.jpg", "line\nbreak.jpg", "no-extension", "x" * 200 + ".jpg"]
)
def test_any_name_has_renditions(name: str) -> None:
    with stored({"default": {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory"}}}):
        default_storage.open(name, "wb").close()
        with default_storage.open(name, "wb") as file:
            file.write(PHOTO)
        assert opened(body(got(media_image_url(name, width=50)))).size == (50, 38)


def test_an_address_is_the_same_until_the_wishes_change(storage: Any) -> None:
    name = given(storage)
    assert media_image_url(name, width=50) == media_image_url(name, width="50", fit="contain")
    assert media_image_url(name, width=50) != media_image_url(name, width=51)


@pytest.mark.parametrize(
    ("format", "kind"),
    [("auto", "image/webp"), ("original", "image/jpeg"), ("avif", "image/avif"), ("png", "image/png")],
)
def test_an_address_names_one_format_whatever_the_browser_accepts(storage: Any, format: str, kind: str) -> None:
    response = got(media_image_url(given(storage), width=50, format=format), accept="image/avif,image/webp,*/*")
    assert response["Content-Type"] == kind
    assert "Accept" not in response.get("Vary", "")


# ── nobody gets what the site did not sign ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wish", "instead"),
    [
        ("50x-contain", "5000x-contain"),
        ("50x-contain", "50x-contain-q1"),
        (".webp", ".avif"),
        ("cat.jpg", "dog.jpg"),
        ("default/", "second/"),
        ("cat.jpg", "../photos/cat.jpg"),
    ],
)
def test_a_changed_address_gives_nothing(storage: Any, wish: str, instead: str) -> None:
    given(storage)
    given(storage, "photos/dog.jpg")
    url = media_image_url("photos/cat.jpg", width=50)
    assert wish in url
    assert got(url.replace(wish, instead)).status_code == 404
    assert kept(storage) == []


def test_a_signature_made_for_something_else_gives_nothing(storage: Any) -> None:
    until = int(time.time()) + 600
    target = Ticket("default", given(storage), ImageRequest(50, format=Format.WEBP), until).target
    for salt in ("", "django.core.signing", "medialift.uploads.ticket"):
        signature = signing.Signer(salt=salt).signature(target) if salt else signing.Signer().signature(target)
        assert got(f"/images/{signature}/{target}").status_code == 404
    assert got(f"/images/{signing.Signer(salt=tickets.SALT).signature(target)}/{target}").status_code == 200


@pytest.mark.parametrize(
    "target", ["", "default", "default/cat.jpg", "default/cat.jpg/9x9-crop.webp", "default/c/x.exe"]
)
def test_even_a_signed_address_must_say_a_size(storage: Any, target: str) -> None:
    signature = signing.Signer(salt=tickets.SALT).signature(target)
    assert got(f"/images/{signature}/{target}").status_code == 404


@pytest.mark.parametrize("place", ["gone", "desk.Submission.gone", "desk.Submission.owner", "no.Such.field"])
def test_a_storage_that_is_there_no_more_gives_nothing(storage: Any, place: str) -> None:
    ticket = Ticket(place, given(storage), ImageRequest(50, format=Format.WEBP))
    assert got(f"/images/{ticket.signature}/{ticket.target}").status_code == 404


def test_a_new_secret_key_may_be_introduced_in_two_steps(storage: Any) -> None:
    url = media_image_url(given(storage), width=50)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["tests-only"]):
        assert got(url).status_code == 200
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[]):
        assert got(url).status_code == 404


# ── originals that change, go, or never were ─────────────────────────────────────────────────


def test_a_missing_original_gives_nothing(storage: Any) -> None:
    assert got(media_image_url("photos/none.jpg", width=50)).status_code == 404


def test_a_replaced_original_is_never_shown_in_its_old_form(storage: Any) -> None:
    name = given(storage, data=saved(pictures.corners(), "JPEG"))
    url = media_image_url(name, width=50)
    before = body(got(url))
    storage.delete(name)
    assert got(url).status_code == 404
    given(storage, data=saved(pictures.corners().rotate(180), "JPEG"))
    assert body(got(url)) != before


def test_what_was_made_goes_with_the_original() -> None:
    entry = {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory", "images": "embedded"}}
    with stored({"default": entry}):
        storage = storages["default"]
        for name in (given(storage), given(storage, "photos/dog.jpg")):
            for width in (50, 60):
                got(media_image_url(name, width=width))
        assert len(kept(storage)) == 4
        storage.delete("photos/cat.jpg")
        assert len(kept(storage)) == 2
        assert got(media_image_url("photos/dog.jpg", width=50)).status_code == 200
        assert len(kept(storage)) == 2


@pytest.mark.parametrize("data", [b"no image", pictures.announced(60_000, 60_000), PHOTO[:3000]])
def test_what_cannot_be_resized_leaves_nothing_behind(
    storage: Any, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert got(media_image_url(given(storage, data=data), width=50)).status_code == 415
    assert "cannot be resized" in caplog.text
    assert kept(storage) == []


def test_a_huge_file_is_not_fetched(storage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LARGEST_ORIGINAL", len(PHOTO) - 1)
    assert got(media_image_url(given(storage), width=50)).status_code == 415


@pytest.mark.parametrize("name", ["logo.svg", "page.html", "paper.pdf"])
def test_what_has_no_pixels_keeps_its_own_address(storage: Any, name: str) -> None:
    given(storage, name, b"<svg/>")
    if storage.__class__.__name__ == "FileSystemStorage":
        assert media_image_url(name, width=50) == storage.url(name)
    ticket = Ticket("default", name, ImageRequest(50, format=Format.PNG), int(time.time()) + 600)
    assert got(f"/images/{ticket.signature}/{ticket.target}").status_code == 415


# ── private and public, fields and aliases ───────────────────────────────────────────────────


def test_a_private_address_ends_and_is_the_same_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    with stored({"default": {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory", "expires": "10m"}}}):
        name = given(storages["default"])
        url = media_image_url(name, width=50)
        until = int(re.findall(r"-e(\d+)\.webp", url)[0])
        now = time.time()
        assert now + 600 <= until <= now + 900
        response = got(url)
        assert response["Cache-Control"].startswith("private, max-age=")
        assert int(response["Cache-Control"].partition("=")[2]) <= until - now
        monkeypatch.setattr(time, "time", lambda: until + 1)
        assert got(url).status_code == 404


def test_a_public_address_never_ends() -> None:
    with stored({"default": {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory", "access": "public"}}}):
        response = got(media_image_url(given(storages["default"]), width=50))
        assert response["Cache-Control"] == "public, max-age=3600"


def test_an_address_that_never_ends_is_nothing_once_the_files_are_private() -> None:
    entry: dict[str, Any] = {"BACKEND": BACKEND, "OPTIONS": {"provider": "filesystem", "access": "public"}}
    with tempfile.TemporaryDirectory() as folder:
        entry["OPTIONS"]["bucket"] = folder
        with stored({"default": entry}):
            name = given(storages["default"])
            url = media_image_url(name, width=50)
            assert got(url).status_code == 200
        entry["OPTIONS"]["access"] = "private"
        with stored({"default": entry}):
            assert got(url).status_code == 404
            assert got(media_image_url(name, width=50)).status_code == 200


def test_the_storage_of_a_field_needs_no_alias() -> None:
    row = Submission.objects.create(photo=ContentFile(saved(pictures.corners((90, 60)), "JPEG"), name="cat.jpg"))
    try:
        url = media_image_url(row.photo, width=30)
        assert "desk.Submission.photo" in url
        assert opened(body(got(url))).size == (30, 20)
    finally:
        for info in list(DESK.store.list()):
            DESK.store.delete(info.key)


def test_a_storage_that_no_setting_names_is_told() -> None:
    with pytest.raises(ValueError, match="neither an entry of STORAGES nor"):
        media_image_url("cat.jpg", width=50, storage=MediaStorage(provider="memory", expires=timedelta(minutes=7)))


def test_routes_lead_to_the_storage_that_holds_the_file(tmp_path: Any) -> None:
    entries = {
        "default": {"BACKEND": BACKEND, "OPTIONS": {"provider": "memory", "routes": {"docs/": "second"}}},
        "second": {"BACKEND": BACKEND, "OPTIONS": {"provider": "filesystem", "bucket": str(tmp_path)}},
    }
    with stored(entries):
        url = media_image_url(given(storages["default"], "docs/cat.jpg"), width=50)
        assert "/second/docs/cat.jpg/" in url
        assert got(url).status_code == 200
        assert len(kept(storages["second"])) == 1
        assert kept(storages["default"]) == []


def test_no_file_has_no_address(storage: Any) -> None:
    assert media_image_url("") == media_image_url(None) == ""
    template = ENGINE.from_string("{% load medialift %}{% media_image_url file width=9 %}")
    assert template.render(Context({"file": ""})) == ""


def test_the_tag_gives_the_address(storage: Any) -> None:
    tag = '{% media_image_url name width=40 height="30" fit="cover" quality=70 %}'
    template = ENGINE.from_string(f"{{% load medialift %}}{tag}")
    expected = media_image_url("a b.jpg", width=40, height=30, fit="cover", quality=70)
    assert template.render(Context({"name": "a b.jpg"})) == expected
    assert quote("a b.jpg") in expected


@pytest.mark.urls("tests.urls")
def test_a_missing_line_in_the_urlconf_is_told(storage: Any) -> None:
    with pytest.raises(ImproperlyConfigured, match=r'path\("images/", include\("medialift.images.urls"\)\)'):
        media_image_url("cat.jpg", width=9)
