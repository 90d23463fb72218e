"""A small real site on a disk, with a folder that stands for the cloud."""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from tests.cli.scrapbook.models import Postcard, Sticker

FILE_SYSTEM = "django.core.files.storage.FileSystemStorage"


@dataclass(frozen=True)
class Ran:
    """What a verb printed, and the exit code that a shell would see."""

    code: int
    out: str
    err: str
    error: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        return self.objects[-1]


def run(verb: str, *arguments: str) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("medialift", verb, *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return Ran(error.returncode, out.getvalue(), err.getvalue(), str(error))
    return Ran(0, out.getvalue(), err.getvalue(), "")


@dataclass(frozen=True)
class Site:
    media: Path
    cloud: Path

    def write(self, name: str, body: bytes = b"body") -> str:
        path = self.media / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return name

    def sticker(self, name: str, body: bytes = b"body") -> str:
        """A file with a row that names it."""
        Sticker.objects.create(image=self.write(name, body))
        return name


def files(folder: Path) -> dict[str, bytes]:
    """Every file below *folder*, by name."""
    found = (Path(home) / name for home, _, names in os.walk(folder) for name in names)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def site(settings: Any, db: None, ordinary_disk: None) -> Iterator[Site]:
    """Paths of one length, because golden reports show them."""
    home = Path(tempfile.mkdtemp(prefix="ml-", dir="/tmp"))
    made = Site(home / "media", home / "cloud")
    home.chmod(0o755)
    made.media.mkdir()
    made.cloud.mkdir()
    settings.MEDIA_ROOT = str(made.media)
    cloud = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": str(made.cloud)}}
    use(settings, {"default": {"BACKEND": FILE_SYSTEM}, "cloud": cloud})
    # The other apps of the test settings have models of their own, whose files lie elsewhere.
    apps.set_installed_apps(["django.contrib.contenttypes", "medialift", "tests.cli.scrapbook"])
    yield made
    apps.unset_installed_apps()
    shutil.rmtree(home)


@pytest.fixture
def filled(site: Site) -> Site:
    """Twelve stickers, a shared postcard, an empty file, a missing one, awkward names, and two without a row."""
    for number in range(12):
        site.sticker(f"stickers/{number:02}.png", b"png" * (number + 1))
    for name in ("postcards/café.jpg", "postcards/cafe\u0301.jpg", "postcards/a b#?%20+.jpg"):
        Postcard.objects.create(front=site.write(name, name.encode()))
    site.sticker("stickers/empty.png", b"")
    Postcard.objects.create(front="stickers/00.png", back="postcards/gone.jpg")
    site.write("thumbs/00.png", b"thumb")
    site.write("thumbs/01.png", b"thumb!")
    return site


def folder(path: object) -> dict[str, Any]:
    """An entry of STORAGES for a folder."""
    return {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": str(path)}}


def use(settings: Any, entries: dict[str, Any]) -> None:
    """Make *entries* the site's STORAGES."""
    settings.STORAGES = entries
    if django.VERSION < (5, 1):
        # There, whoever overrides STORAGES makes Django forget the OPTIONS of "default".
        storages._backends = dict(entries)  # type: ignore[attr-defined]


def switch(settings: Any) -> None:
    """Do what the closing report of a move says."""
    local = {"BACKEND": FILE_SYSTEM, "OPTIONS": {"location": settings.MEDIA_ROOT}}
    use(settings, {**settings.STORAGES, "local": local, "default": settings.STORAGES["cloud"]})
