"""Fills the site's database, in a process of its own: ``fill.py ROWS``, or 0 for a row of each file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import django

from benchmarks.site.names import synthetic_name

PAGE = 5000


def main(rows: int) -> None:
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)
    from benchmarks.site.models import Photo

    names = map(synthetic_name, range(rows)) if rows else _names_below(Path(settings.MEDIA_ROOT))
    while page := list(islice(names, PAGE)):
        Photo._default_manager.bulk_create([Photo(image=name) for name in page])


def _names_below(folder: Path) -> Iterator[str]:
    return (str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file())


if __name__ == "__main__":
    main(int(sys.argv[1]))
