"""Moves from each kind of place to each other one, and on to a disk: the same bytes under the same names.

A short run goes once around, so that each is source and target once; `make prove` moves between any two.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from medialift.move import run
from medialift.move.memory_journal import MemoryJournal
from medialift.stores.base import ObjectStore
from medialift.testing.contract.bodies import pattern
from medialift.types import State
from tests.matrix.services import SERVICES, store
from tests.move.worlds import disk, job, rows

FILES: Mapping[str, bytes] = {
    "photos/été 日本 (1)~?.jpg": pattern(5_000, 1),
    "cafe\u0301.txt": b"decomposed",
    "caf\u00e9.txt": b"composed",
    'a%41#[x]{y}|z^`"<>.txt': b"all that somebody refuses",
    "album/=e9;.jpg": b"a name that looks escaped",
    "empty.txt": b"",
    "Cat.jpg": b"large",
    "cat.jpg": b"small",
    "films/in parts.mp4": pattern(17 * 1024 * 1024 + 1, 2),
}
PAIRS = list(itertools.permutations(SERVICES, 2))
AROUND = list(zip(SERVICES, [*list(SERVICES)[1:], *list(SERVICES)[:1]], strict=True))


def moved(source: ObjectStore, target: ObjectStore, folder: Path) -> str:
    """Move everything and prove it; what ``SHA256SUMS`` of the certificate then holds."""
    work = job(source, target, rows(*FILES), journal=MemoryJournal())
    result = run.migrate(work)
    assert (result.complete, set(result.states)) == (True, {State.VERIFIED}), result.copy.failures
    certificate = run.certificate(work, folder=folder, move_id="m1")
    assert (certificate.complete, certificate.files.files) == (True, len(FILES))
    return (folder / "SHA256SUMS").read_text(encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def through(stops: list[str], request: pytest.FixtureRequest, folder: Path) -> None:
    """From a disk through every stop and home, with the same certificate each time."""
    with ExitStack() as stack:
        places = [stack.enter_context(store(name, request)) for name in stops]
        line = [disk(folder / "media", FILES), *places, disk(folder / "home")]
        sums = [
            moved(here, there, folder / str(number)) for number, (here, there) in enumerate(itertools.pairwise(line))
        ]
    assert len(set(sums)) == 1
    assert contents(folder / "home") == FILES


@pytest.mark.parametrize(("source", "target"), AROUND)
def test_once_around(source: str, target: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    through([source, target], request, tmp_path)


@pytest.mark.prove
@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_any_two(source: str, target: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    through([source, target], request, tmp_path)


def test_a_long_way_home_gives_the_same_sums(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    through(["supabase", "r2"], request, tmp_path)


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "disk"])
def test_the_way_back_needs_nothing_but_the_ledger(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    forward = MemoryJournal()
    with store(name, request) as target:
        run.migrate(job(disk(tmp_path / "media", FILES), target, rows(*FILES), journal=forward))
        home = disk(tmp_path / "home")
        assert run.back(job(target, home, rows(*FILES)), forward, move_id="m1").complete
    assert contents(tmp_path / "home") == FILES


class TestOneNameInTwoForms:
    """R2 folds both into one key: without the escape one file would replace the other."""

    def test_the_plan_tells_them_and_both_arrive(self, request: pytest.FixtureRequest, tmp_path: Path) -> None:
        names = {"cafe\u0301.txt": b"decomposed", "caf\u00e9.txt": b"composed"}
        with store("r2", request) as target:
            summary = run.plan(job(disk(tmp_path / "media", names), target, rows(*names)))
            assert summary.collisions.first == [("cafe\u0301.txt", "caf\u00e9.txt")]
            assert [step.item.key for step in summary.escaped.first] == ["cafe=301;.txt"]
            run.migrate(job(disk(tmp_path / "media"), target, rows(*names)))
            assert {info.key for info in target.list()} == {"cafe=301;.txt", "caf\u00e9.txt"}
