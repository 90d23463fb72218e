"""A ledger at size: ``python -m benchmarks.ledger COUNT``. Needs nothing but the test dependencies; sends nothing.

A move of COUNT files whose stores are synthetic: the plan goes into the ledger, what is to be done is
read from it page by page and recorded as copied, and a listing verifies it. What is measured is the
ledger alone: time, memory, and what an item takes on the disk.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.ledger_database import ENGINES, database, octets

if TYPE_CHECKING:
    from medialift.ledger import DatabaseJournal
    from medialift.types import Item

PAGE = 1000
SIZE = 20480


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: seconds by the clock and of the CPU; ``memory`` is the highest so far, in bytes."""

    name: str
    wall: float
    cpu: float
    memory: int


@dataclass(frozen=True, slots=True)
class Report:
    """``octets`` is what one item takes on the disk, indexes included; ``allowed`` what it may take."""

    items: int
    stages: tuple[Stage, ...]
    octets: float
    allowed: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ledger", description=__doc__)
    parser.add_argument("count", type=int, help="files of the move")
    parser.add_argument("--database", choices=ENGINES, default="sqlite", help="a server is found as the tests find it")
    parser.add_argument("--folder", type=Path, help="where the SQLite file lies meanwhile")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        file = Path(folder) / "ledger.sqlite3"
        with database(arguments.database, file):
            report = measure(arguments.count, file)
    if arguments.json:
        print(json.dumps(asdict(report)))
        return
    print("| stage | wall s | CPU s | µs of CPU / item | highest MiB |\n|---|--:|--:|--:|--:|")
    for stage in report.stages:
        each = stage.cpu / report.items * 1e6
        print(f"| {stage.name} | {stage.wall:.1f} | {stage.cpu:.1f} | {each:.1f} | {stage.memory / 2**20:.0f} |")
    print(f"\n{report.items:,} items, {report.octets:.0f} bytes each ({report.allowed} allowed)")


def measure(count: int, file: Path) -> Report:
    """Every stage of a move of *count* files, in order."""
    from medialift import ledger
    from medialift.models import Move
    from medialift.move import run
    from medialift.move.values import Job
    from medialift.types import Action, Copied, Digests, Proof, Step, Stored

    source, target = _identity("source"), Synthetic(count)
    row = ledger.open_move(Move.Kind.MIGRATE, [(source, target.identity)])
    journal = ledger.journal_of(row, source, target.identity)

    def copied(step: Step) -> Copied:
        md5 = _md5(step.item.name)
        digests = Digests(hashlib.sha256(md5).digest(), md5)
        return Copied(step.item, digests, Stored(step.item.key, SIZE, md5.hex()), Proof.SERVER_CHECKED)

    def plan() -> None:
        for page in _pages(map(item, range(count))):
            journal.plan([Step(Action.COPY, one) for one in page])

    def copy() -> None:
        for page in _pages(journal.todo()):
            journal.record([copied(step) for step in page])

    def verify() -> None:
        store: Any = target
        done = run.verify(Job(store, store, journal, references=tuple))
        assert (done.verified.files, done.not_verified, done.reread) == (count, 0, 0)

    stages = [_measured("plan", plan), _measured("copied", copy), _measured("verified", verify)]
    stages.append(_measured("counted", lambda: _tallies(journal, count)))
    return Report(count, tuple(stages), octets(file) / count, 250 + 2 * len(item(0).name))


def item(number: int) -> Item:
    from medialift.types import Item

    name = name_of(number)
    return Item(name, name, SIZE, f"2049:{1_000_000 + number}:{SIZE}:1700000{number:012}", {"app.Photo.image": 1})


def name_of(number: int) -> str:
    return f"photos/{number // 1000:06}/image-{number:09}.jpg"


class Synthetic:
    """A store that lists *count* objects and holds none."""

    def __init__(self, count: int) -> None:
        from medialift.types import Traits

        self.count, self.identity, self.traits = count, _identity("target"), Traits()

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[Any]:
        return iter(())

    def lister(self) -> Synthetic:
        return self

    def pages(self, *, after: str = "") -> Generator[Sequence[tuple[str, int, str | None, str | None]], None, None]:
        first = int(after[-13:-4]) + 1 if after else 0
        for page in _pages(map(name_of, range(first, self.count))):
            yield [(name, SIZE, _md5(name).hex(), None) for name in page]

    def close(self) -> None:
        """There is nothing to close."""


def _md5(name: str) -> bytes:
    return hashlib.md5(name.encode(), usedforsecurity=False).digest()


def _identity(name: str) -> Any:
    from medialift.types import StoreIdentity

    return StoreIdentity("memory", name)


def _pages(items: Iterator[Any]) -> Iterator[list[Any]]:
    while page := list(islice(items, PAGE)):
        yield page


def _tallies(journal: DatabaseJournal, count: int) -> None:
    (tally,) = journal.tallies().values()
    assert tally.files == count


def _measured(name: str, stage: Callable[[], None]) -> Stage:
    wall, cpu = time.monotonic(), time.process_time()
    stage()
    measured = Stage(name, time.monotonic() - wall, time.process_time() - cpu, _most_memory())
    print(f"{name}: {measured.wall:.0f} s", file=sys.stderr, flush=True)  # a large one takes hours
    return measured


def _most_memory() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main()
