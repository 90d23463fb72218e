"""The memory of the real command, from a thousand files to a hundred thousand, and a plan of a million rows."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.sink import sink
from tests.survival.conftest import MakesSite
from tests.survival.site import Mover, Site

MOST_GROWTH = 64
"""MiB."""

BODY = b"the same small bytes in every file" * 10


@pytest.fixture
def shared_memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: a million files take long on a disk."""
    place = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=place if os.access(place, os.W_OK) else tmp_path))
    yield folder
    shutil.rmtree(folder)


def most_memory(mover: Mover) -> int:
    """MiB that the process took at most. Its own figure: getrusage's holds that of the process that forked it."""
    status, most = Path(f"/proc/{mover.process.pid}/status"), 0
    while mover.runs:
        lines = status.read_text().splitlines()
        most = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), most)
        time.sleep(0.005)
    return most // 1024


def fill(site: Site, count: int) -> None:
    """*count* files below ``media`` (links to one) and a row for each, in an order that is not that of the names."""
    one = site.home / "one"
    one.write_bytes(BODY)
    for folder in range(count // 1000):
        place = site.media / f"photos/{folder:04}"
        place.mkdir(parents=True)
        for number in range(1000):
            os.link(one, place / f"image-{number:03}.jpg")
    numbers = (number * 7919 % count for number in range(count))
    site.add_rows(f"photos/{number // 1000:04}/image-{number % 1000:03}.jpg" for number in numbers)


def measure(make_site: MakesSite, folder: Path, count: int, *arguments: str) -> int:
    """MiB at most for a verb on a site of *count* files, whose outcome is checked."""
    folder = folder / str(count)
    folder.mkdir()
    with sink(folder) as server:
        site = make_site(server, home=folder, media=folder / "media", folder=folder)
        fill(site, count)
        began = time.monotonic()
        mover = site.start(*arguments)
        most = most_memory(mover)
        ended = mover.ended()
        print(f"{arguments[0]} of {count} files: {most} MiB at most, {time.monotonic() - began:.1f} s")
    assert ended.code == 0, ended.err
    if arguments[0] == "plan":
        assert ended.last["actions"]["copy"]["files"] == count
    else:
        assert ended.last["states"]["verified"]["files"] == count
    return most


@pytest.mark.parametrize(
    ("verb", "few", "many"),
    [
        pytest.param("migrate", 1000, 10_000, id="migrate"),
        pytest.param("plan", 1000, 30_000, id="plan"),
        pytest.param("migrate", 1000, 100_000, id="migrate-hundred-thousand", marks=pytest.mark.prove),
        pytest.param("plan", 1000, 1_000_000, id="plan-million", marks=pytest.mark.prove),
    ],
)
def test_memory_hardly_grows_with_the_number_of_files(
    verb: str, few: int, many: int, make_site: MakesSite, shared_memory: Path
) -> None:
    little = measure(make_site, shared_memory, few, verb, "--to", "cloud", "--json")
    much = measure(make_site, shared_memory, many, verb, "--to", "cloud", "--json")
    assert much - little < MOST_GROWTH
