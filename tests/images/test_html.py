"""Markup that browsers can choose from, and that holds its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import models
from django.template import Context, Engine
from django.test.utils import isolate_apps

from medialift.fields import MediaImageField
from medialift.images import media_image, media_image_url, media_picture, media_srcset
from medialift.images.engines.embedded import EmbeddedEngine
from medialift.images.request import Format
from medialift.storage import MediaStorage
from tests.desk.storages import stored
from tests.images import pictures

pytestmark = pytest.mark.urls("tests.images.urlconf")

ENGINE = Engine(libraries={"medialift": "medialift.templatetags.medialift"})


class Tags(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def attributes(markup: str) -> dict[str, Any]:
    ((tag, found),) = Tags(markup).found
    assert tag == "img"
    return found


@pytest.fixture(autouse=True)
def _storage() -> Iterator[None]:
    entry = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"provider": "memory", "access": "public"}}
    with stored({"default": entry}):
        yield


def promises(said: str) -> list[str]:
    return [candidate.split()[1] for candidate in said.split(", ")]


def test_an_image_holds_its_place_and_names_its_sizes() -> None:
    found = attributes(
        media_image("cat.jpg", width=640, height=360, fit="cover", densities="1 2", alt='A "cat"', class_name="x")
    )
    assert found["src"] == media_image_url("cat.jpg", width=640, height=360, fit="cover")
    assert (found["width"], found["height"]) == ("640", "360")
    assert found["alt"] == 'A "cat"'
    assert found["class-name"] == "x"
    assert promises(found["srcset"]) == ["1x", "2x"]
    assert media_image_url("cat.jpg", width=1280, height=720, fit="cover") in found["srcset"]


def test_every_width_keeps_the_shape() -> None:
    said = media_srcset("cat.jpg", width=640, height=360, fit="cover", widths="1280, 320")
    assert promises(said) == ["320w", "1280w"]
    assert media_image_url("cat.jpg", width=320, height=180, fit="cover") in said
    assert media_image_url("cat.jpg", width=1280, height=720, fit="cover") in said


def test_widths_alone_are_enough() -> None:
    found = attributes(media_image("cat.jpg", widths=[320, 640], sizes="100vw"))
    assert found["src"] == media_image_url("cat.jpg", width=640)
    assert found["sizes"] == "100vw"
    assert "width" not in found
    assert found["alt"] == ""


def test_a_picture_offers_the_modern_formats_first() -> None:
    markup = media_picture("cat.jpg", width=640, widths="320 640", sizes="50vw", alt="A cat", loading="lazy")
    tags = Tags(markup).found
    assert [tag for tag, _ in tags] == ["picture", "source", "source", "img"]
    assert [found.get("type") for _, found in tags[1:3]] == ["image/avif", "image/webp"]
    assert all(found["sizes"] == "50vw" for _, found in tags[1:])
    assert tags[3][1]["src"] == media_image_url("cat.jpg", width=640, format="jpeg")
    assert tags[1][1]["srcset"] == media_srcset("cat.jpg", widths="320 640", format="avif")


@pytest.mark.parametrize(
    ("name", "offered", "last"),
    [
        ("a.png", ["image/avif", "image/webp"], "png"),
        ("a.gif", ["image/webp"], "gif"),
        ("a.webp", ["image/webp"], "webp"),
        ("a.avif", ["image/avif", "image/webp"], "webp"),
    ],
)
def test_a_picture_ends_with_what_every_browser_shows(name: str, offered: list[str], last: str) -> None:
    tags = Tags(media_picture(name, width=64)).found
    assert [found["type"] for tag, found in tags if tag == "source"] == offered
    assert str(tags[-1][1]["src"]).endswith(f".{last}")


def test_a_picture_leaves_out_what_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EmbeddedEngine, "makes", lambda self, format: format is not Format.AVIF)
    assert [found["type"] for tag, found in Tags(media_picture("a.jpg", width=64)).found if tag == "source"] == [
        "image/webp"
    ]


def test_an_engine_that_looks_at_the_browser_has_one_address() -> None:
    storage = MediaStorage(
        provider="s3", bucket="b", region="eu-west-1", custom_domain="cdn.example.com", images="cloudflare"
    )
    tags = Tags(media_picture("a.jpg", width=64, densities="1 2", storage=storage)).found
    assert [tag for tag, _ in tags] == ["picture", "img"]
    assert "format=auto" in str(tags[1][1]["src"])
    asked = Tags(media_picture("a.jpg", width=64, format="avif", storage=storage)).found
    assert [tag for tag, _ in asked] == ["picture", "source", "img"]


def test_an_svg_is_shown_as_it_is() -> None:
    storage = MediaStorage(provider="s3", bucket="b", region="eu-west-1", custom_domain="cdn.example.com")
    found = attributes(media_image("logo.svg", width=64, height=32, densities="1 2", storage=storage))
    assert found == {"src": "https://cdn.example.com/logo.svg", "width": "64", "height": "32", "alt": ""}
    assert media_srcset("logo.svg", widths="1 2", storage=storage) == ""
    assert "<source" not in media_picture("logo.svg", width=64, storage=storage)


@pytest.mark.parametrize("tag", ["media_image", "media_picture", "media_srcset"])
def test_the_tags_give_what_the_calls_give(tag: str) -> None:
    call = {"media_image": media_image, "media_picture": media_picture, "media_srcset": media_srcset}[tag]
    said = 'width=640 widths="320 640" data_id=id'
    made = ENGINE.from_string(f"{{% load medialift %}}{{% {tag} file {said} %}}").render(
        Context({"file": "cat.jpg", "id": "<7>"})
    )
    expected = call("cat.jpg", width=640, widths="320 640", data_id="<7>")
    assert unescape(made) == unescape(expected)
    assert "<7>" not in made
    assert call("") == ""


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"widths": "1 2", "densities": "1 2"}, "never both"),
        ({"widths": "wide"}, "320 640 1280"),
        ({"widths": "9999999"}, "goes up to"),
        ({"srcset": "x"}, "no attribute"),
        ({"on click=": "x"}, "no attribute"),
        ({"heigth": 3, "fit": "cover"}, "needs a width"),
    ],
)
def test_what_makes_no_sense_is_told(said: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        media_image("cat.jpg", **said)


# ── what the row knows ───────────────────────────────────────────────────────────────────────


@isolate_apps("tests.desk")
def test_the_row_says_how_large_it_is_and_nothing_is_opened() -> None:
    class Photo(models.Model):
        width = models.IntegerField(null=True)
        height = models.IntegerField(null=True)
        ours = MediaImageField(width_field="width", height_field="height")
        djangos = models.ImageField(width_field="width", height_field="height")

        class Meta:
            app_label = "desk"

    row = Photo(width=3000, height=4000)
    for field, name, known in (
        ("ours", "missing.jpg", True),
        ("djangos", "missing.png", True),
        ("djangos", "missing.jpg", False),
    ):
        file = type(getattr(row, field))(row, Photo._meta.get_field(field), name)
        found = attributes(media_image(file, width=600, widths="300 600 6000"))
        assert (found.get("width"), found.get("height")) == (("600", "800") if known else (None, None))
        assert promises(found["srcset"]) == ["300w", "600w", "3000w" if known else "6000w"]
    assert list(storages["default"].store.list()) == []  # type: ignore[attr-defined]


@isolate_apps("tests.desk")
@pytest.mark.parametrize(("orientation", "size"), [(1, (400, 300)), (6, (400, 300)), (8, (400, 300))])
def test_our_field_writes_down_the_size_of_the_upright_photo(orientation: int, size: tuple[int, int]) -> None:
    class Photo(models.Model):
        width = models.IntegerField(null=True)
        height = models.IntegerField(null=True)
        image = MediaImageField(width_field="width", height_field="height", storage=storages["default"])

        class Meta:
            app_label = "desk"

    row = Photo()
    row.image.save("cat.jpg", ContentFile(pictures.from_phone(orientation, size), "cat.jpg"), save=False)
    assert (row.width, row.height) == size
    assert (Photo(image=row.image.name).image.width, row.image.height) == size
    assert re.search(r'width="200" height="150"', media_image(row.image, width=200))
