"""What was made goes when it is said, and never what is still shown."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from django.core.files.storage import storages
from django.test import Client

from medialift.images import media_image_url, remove_images
from medialift.renditions import FOLDER
from tests.cli.conftest import Site, files, run
from tests.desk.storages import stored
from tests.images import pictures

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.images.urlconf")]
PHOTO = pictures.saved(pictures.corners(), "JPEG")


def asked(name: str, *widths: int) -> None:
    for width in widths:
        answer: Any = Client().get(media_image_url(name, width=width))
        assert b"".join(answer.streaming_content)
        answer.close()


def made(site: Site) -> list[str]:
    return sorted(name for name in files(site.media) if name.startswith(f"{FOLDER}/"))


def grow_older(site: Site, days: float) -> None:
    then = time.time() - days * 24 * 3600
    for name in made(site):
        os.utime(site.media / name, (then, then))


@pytest.fixture
def sizes(site: Site) -> Site:
    """Two sizes of an image that stays, two of one that goes and one of one that is replaced."""
    for name in ("stays ü.jpg", "goes.jpg", "changes.jpg"):
        site.write(name, PHOTO)
    asked("stays ü.jpg", 50, 60)
    asked("goes.jpg", 50, 60)
    asked("changes.jpg", 50)
    site.write(f"{FOLDER}/notes.txt", b"mine")
    grow_older(site, 5)
    (site.media / "goes.jpg").unlink()
    site.write("changes.jpg", pictures.saved(pictures.corners().rotate(90), "JPEG"))
    return site


def test_sizes_of_images_that_are_gone_or_replaced_are_listed(sizes: Site) -> None:
    ran = run("sweep", "--images", "--json")
    assert (ran.code, ran.last["listing"], ran.last["count"]) == (0, "outdated_images", 3)
    assert len(made(sizes)) == 6


def test_only_they_are_deleted_when_it_is_said(sizes: Site) -> None:
    ran = run("sweep", "--images", "--delete", "--yes")
    assert ran.code == 0
    assert ran.out.splitlines()[-1].startswith("3 sizes (")
    assert ran.out.splitlines()[-1].endswith("of images that are gone or were replaced: deleted.")
    assert len(made(sizes)) == 3
    assert {"stays ü.jpg", "changes.jpg", f"{FOLDER}/notes.txt"} <= set(files(sizes.media))
    assert run("sweep", "--images", "--delete", "--yes", "--json").last["count"] == 0


def test_what_was_just_made_is_never_swept(sizes: Site) -> None:
    grow_older(sizes, 0.5)
    assert run("sweep", "--images", "--days", "1", "--json").last["count"] == 0


def test_uploads_are_left_alone_by_it_and_it_by_uploads(sizes: Site) -> None:
    assert run("sweep", "--json").last["count"] == 0


def test_a_call_removes_what_was_made_of_one_image(sizes: Site) -> None:
    remove_images("stays ü.jpg")
    remove_images("")
    assert len(made(sizes)) == 4
    assert "stays ü.jpg" in files(sizes.media)
    asked("stays ü.jpg", 50)
    assert len(made(sizes)) == 5


def test_a_name_that_begins_alike_keeps_its_sizes() -> None:
    entry = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"provider": "memory", "images": "embedded"}}
    with stored({"default": entry}):
        store: Any = storages["default"].store  # type: ignore[attr-defined]
        for name in ("a", "a/b", "a.jpg"):
            store.put(name, PHOTO)
            asked(name, 50)
        storages["default"].delete("a")
        assert len(list(store.list(FOLDER))) == 2
