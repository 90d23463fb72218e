"""Fill the example site with painted photos, papers and awkward names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from example.data.build import build
from example.data.size import Size


class Command(BaseCommand):
    help = "Fill the example site: a few hundred files under MEDIA_ROOT, and the rows that name them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--photos", type=int, default=Size.photos, help="photos in each album (%(default)s)")

    def handle(self, *, photos: int, **options: Any) -> None:
        media = Path(settings.MEDIA_ROOT)
        if media.exists() and any(media.iterdir()):
            raise CommandError(f"{media} already holds files: remove it, and the database, to start anew")
        build(media, Size(photos=photos))
        files = [path for path in media.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        self.stdout.write(f"{len(files)} files, {size / 2**20:.1f} MiB in MEDIA_ROOT")
