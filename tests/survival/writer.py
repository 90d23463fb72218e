"""The site's own process, which goes on writing: ``python -m tests.survival.writer mix SEED`` or ``… half NAME``.

``mix`` adds, replaces and deletes files until there is a file ``stop`` in ``SITE_HOME``; each name is
written to ``touched`` before anything is done with it. ``half`` saves one file through Django, and
waits in the middle of it for a file ``go-on``.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.survival.project")
django.setup()

from django.conf import settings  # noqa: E402 - Django has to be set up
from django.core.files.base import ContentFile, File  # noqa: E402
from django.core.files.storage import default_storage  # noqa: E402

from tests.cli.scrapbook.models import Sticker  # noqa: E402

if TYPE_CHECKING:
    BytesFile = File[bytes]
else:
    BytesFile = File

HOME = Path(os.environ["SITE_HOME"])
MEDIA = Path(settings.MEDIA_ROOT)
PAUSE = 0.02


def wait_for(name: str) -> None:
    while not (HOME / name).exists():
        time.sleep(0.01)


class HalfWritten(BytesFile):
    """A file of which Django gets the first half, and the second one when it may go on."""

    def __init__(self, body: bytes) -> None:
        super().__init__(ContentFile(body))
        self.body = body

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        middle = len(self.body) // 2
        yield self.body[:middle]
        (HOME / "half-written").touch()
        wait_for("go-on")
        yield self.body[middle:]


class Site:
    """What visitors and editors do to the files."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.added = rng, 0

    def body(self) -> bytes:
        return self.rng.randbytes(self.rng.randrange(1, 30_000))

    def add(self) -> None:
        """A visitor uploads."""
        self.added += 1
        name = f"{self.added:05}.jpg"
        self.touched(f"stickers/{name}")
        Sticker().image.save(name, ContentFile(self.body()))

    def overwrite_in_place(self) -> None:
        """A program opens the path and writes, as Django does with ``allow_overwrite``."""
        with (MEDIA / self.touched(self.any_name())).open("wb") as file:
            for _ in range(3):
                file.write(self.body())
                file.flush()
                time.sleep(PAUSE)

    def overwrite_by_rename(self) -> None:
        """An editor writes beside the file and renames."""
        name = self.touched(self.any_name())
        beside = HOME / "beside"
        beside.write_bytes(self.body())
        beside.replace(MEDIA / name)

    def delete(self) -> None:
        if len(self.names()) == 1:
            return  # beside a slow mover, everything would be gone in the end
        name = self.touched(self.any_name())
        Sticker.objects.filter(image=name).delete()
        default_storage.delete(name)

    def any_name(self) -> str:
        return self.rng.choice(self.names())

    def names(self) -> list[str]:
        """The photos that are there."""
        folders = [f"photos/{number}" for number in range(7)]
        return [f"{folder}/{name}" for folder in folders for name in sorted(default_storage.listdir(folder)[1])]

    def touched(self, name: str) -> str:
        with (HOME / "touched").open("a", encoding="utf-8") as file:
            file.write(name + "\n")
        return name


def mix(seed: int) -> None:
    site = Site(random.Random(seed))
    deeds: list[Callable[[], Any]] = [site.add, site.overwrite_in_place, site.overwrite_by_rename, site.delete]
    while not (HOME / "stop").exists():
        site.rng.choice(deeds)()
        time.sleep(PAUSE)


def half(name: str) -> None:
    Sticker(image=default_storage.save(name, HalfWritten(random.Random(1).randbytes(400_000)))).save()


if __name__ == "__main__":
    mix(int(sys.argv[2])) if sys.argv[1] == "mix" else half(sys.argv[2])
