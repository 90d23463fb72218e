"""The files that are moved, and a site for each set of them whose rows name them; kept in ``build/bench``."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.contestants.medialift import site_environment
from benchmarks.measure import ROOT
from benchmarks.values import DataSet, Endpoint, Task

KIB, MIB = 1024, 1024 * 1024
SMALL = 20 * KIB
LARGE = 200 * MIB
MEDIAN, SPREAD, LONGEST = 30 * KIB, 2.0, 500 * MIB
"""The lognormal mix: half of the files below the median, a few up to the longest."""
LARGE_FROM = 4 * MIB
PER_FOLDER = 100
SEED = 20260101
LONG_AGO = 1_700_000_000
"""Modification time of every file, in seconds: older than every object, as ``sync`` commands want it."""

_block = random.Random(SEED).randbytes(MIB)


class Warehouse:
    """Makes data sets in *folder* and finds them again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def small(self, files: int) -> DataSet:
        """*files* of 20 KiB."""
        return self._made(f"small-{files}", [SMALL] * files)

    def large(self, files: int) -> DataSet:
        """*files* of 200 MiB."""
        return self._made(f"large-{files}", [LARGE] * files)

    def mix(self, octets: int) -> tuple[DataSet, DataSet, DataSet]:
        """About *octets* bytes in sizes as sites have them: all of them, the small ones alone, the large ones alone."""
        sizes = lognormal(octets)
        small = [size for size in sizes if size <= LARGE_FROM]
        large = [size for size in sizes if size > LARGE_FROM]
        mebibytes = octets // MIB
        return (
            self._made(f"mix-{mebibytes}", sizes),
            self._made(f"mix-{mebibytes}-small", small),
            self._made(f"mix-{mebibytes}-large", large),
        )

    def _made(self, name: str, sizes: Sequence[int]) -> DataSet:
        home = self._folder / name
        data = DataSet(name, home / "media", home, len(sizes), sum(sizes))
        if not (home / "complete").exists():
            _write(data.folder, sizes)
            (home / "complete").touch()
        if needs_site(home):
            fill_site(home / "db.sqlite3", data.folder)
            has_site(home)
        return data


def needs_site(home: Path, *facts: str) -> bool:
    """Whether the site's database has to be made anew: for other tables than today's, or other *facts*."""
    made_for = home / "made-for"
    return not made_for.exists() or made_for.read_text() != _made_for(facts)


def has_site(home: Path, *facts: str) -> None:
    """Remember what the database was made for."""
    (home / "made-for").write_text(_made_for(facts))


def _made_for(facts: Sequence[str]) -> str:
    migrations = (ROOT / "src" / "medialift" / "migrations").glob("0*.py")
    return "\n".join([*facts, *sorted(file.name for file in migrations)])


def lognormal(octets: int) -> list[int]:
    """Sizes (bytes) that sum up to about *octets*, the same ones each time; the largest is always ``LONGEST``."""
    draw = random.Random(SEED)
    sizes, total = [LONGEST], LONGEST
    while total < octets:
        size = max(1, min(LONGEST, int(draw.lognormvariate(math.log(MEDIAN), SPREAD))))
        sizes.append(size)
        total += size
    draw.shuffle(sizes)
    return sizes


def name_of(number: int) -> str:
    return f"photos/{number // PER_FOLDER:05}/image-{number:07}.jpg"


def _write(folder: Path, sizes: Sequence[int]) -> None:
    for number, size in enumerate(sizes):
        path = folder / name_of(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for piece in _body(number, size):
                file.write(piece)
        os.utime(path, (LONG_AGO, LONG_AGO))


def _body(number: int, size: int) -> Iterator[bytes]:
    """Bytes that no two files and no two mebibytes share, made as fast as the disk takes them."""
    for at in range(0, size, MIB):
        begin = number.to_bytes(8, "big") + at.to_bytes(8, "big")
        yield (begin + _block[16:])[: min(MIB, size - at)]


def fill_site(database: Path, media: Path, *, rows: int = 0) -> None:
    """A new database in which a row names each file of *media*; else *rows* of them name files that are not there."""
    database.unlink(missing_ok=True)
    data = DataSet(database.parent.name, media, database.parent, rows, 0)
    nowhere = Endpoint("nowhere", "http://localhost", "nobody", "nothing", "s3")
    environment = site_environment(Task(data, nowhere, "nowhere", database.parent))
    arguments = [sys.executable, "-m", "benchmarks.site.fill", str(rows)]
    subprocess.run(arguments, env={**os.environ, **environment}, cwd=ROOT, check=True)
