"""Moves a synthetic site of any size in a process of its own, and prints the most memory that it took, in KiB."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from medialift.errors import StoreError
from medialift.move import run, spool
from medialift.move.journal import Copies, Copy, Outcome, Recorded, Senders, Tally
from medialift.move.values import Job, Limits
from medialift.stores.base import Body
from medialift.stores.memory import MEMORY_TRAITS, MemoryDownload
from medialift.types import (
    NO_HEADERS,
    Action,
    Copied,
    Digests,
    Evidence,
    Headers,
    Item,
    ObjectInfo,
    Proof,
    Reference,
    State,
    Step,
    Stored,
    StoreIdentity,
    Traits,
)

BODY = b"the same bytes in every file"
MD5 = hashlib.md5(BODY).hexdigest()
DIGESTS = Digests(hashlib.sha256(BODY).digest(), hashlib.md5(BODY).digest())


def name_of(number: int) -> str:
    return f"photos/{number // 1000:04}/image-{number:08}.jpg"


class Synthetic:
    """A store of *count* equal files that keeps none of them; ``arrived`` counts what it was given."""

    traits: Traits = MEMORY_TRAITS

    def __init__(self, name: str, count: int, arrived: int = 0) -> None:
        self.identity = StoreIdentity("memory", name)
        self.count, self.arrived = count, arrived

    def _info(self, key: str) -> ObjectInfo:
        return ObjectInfo(key, len(BODY), MD5, None, MD5)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return (self._info(name_of(number)) for number in range(self.arrived))

    def get(
        self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None
    ) -> MemoryDownload:
        return MemoryDownload(BODY, self._info(key))

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        self.arrived += 1
        return Stored(key, len(BODY), MD5)

    def head(self, key: str) -> ObjectInfo:
        return self._info(key)

    def delete(self, key: str) -> None:
        raise AssertionError("a move deletes nothing")

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        raise AssertionError("a move deletes nothing")

    def close(self) -> None:
        pass


class ThinJournal:
    """A ledger that knows what the synthetic stores hold, and so needs no memory of its own."""

    mark = ""

    def __init__(self, count: int) -> None:
        self.count, self.states = count, dict[State, int]()

    def evidence_for(self, names: Sequence[str]) -> Mapping[str, Evidence]:
        assert len(names) <= 1000
        return {}

    def is_paused(self) -> bool:
        return False

    def begun(self, names: Sequence[str]) -> Collection[str]:
        return ()

    def states_of(self, names: Sequence[str]) -> Mapping[str, State]:
        raise AssertionError("no file is missing")

    def plan(self, steps: Sequence[Step]) -> None:
        assert len(steps) <= 1000

    def todo(self) -> Iterator[Step]:
        return (Step(Action.COPY, self._item(number)) for number in range(self.count))

    def senders(self, change: Callable[[Senders], Senders]) -> Senders:
        return change({})

    def record(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            state = State.COPIED if isinstance(outcome, Copied) else State.VERIFIED
            self.states[state] = self.states.get(state, 0) + 1

    def evidence(self) -> Iterator[Evidence]:
        for number in reversed(range(self.count)):
            name = name_of(number)
            yield Evidence(name, name, len(BODY), MD5, DIGESTS, MD5, None, None, Proof.ETAG_MD5, State.COPIED)

    def copies(self) -> Iterator[Copies]:
        for start in range(0, self.count, 1000):
            numbers = range(start, min(start + 1000, self.count))
            yield Copies.of(Copy(n, name_of(n), (name_of(n), len(BODY), MD5, None), State.COPIED) for n in numbers)

    def confirm(self, copies: Copies) -> None:
        self.states[State.VERIFIED] = self.states.get(State.VERIFIED, 0) + len(copies)

    def proofs(self) -> Mapping[Proof, int]:
        return {Proof.ETAG_MD5: self.count}

    def recorded(self, states: object = ()) -> Iterator[Recorded]:
        if states and State.VERIFIED not in states:  # type: ignore[operator]
            return
        for evidence in self.evidence():
            item = self._item(int(evidence.name[-12:-4]))
            yield Recorded(item, State.VERIFIED, evidence)

    def tallies(self) -> Mapping[State, Tally]:
        return {State.VERIFIED: Tally(self.count, self.count * len(BODY))}

    def _item(self, number: int) -> Item:
        name = name_of(number)
        return Item(name, name, len(BODY), MD5, {"site.Photo.image": 1})


def move(count: int) -> None:
    def references() -> Iterator[Reference]:
        # In the order of primary keys, which is not that of names.
        return (Reference(name_of(number * 7919 % count), "site.Photo.image", str(number)) for number in range(count))

    source, target, journal = Synthetic("source", count, count), Synthetic("target", count), ThinJournal(count)
    job = Job(source, target, journal, references, limits=Limits(workers=4, batch=500))
    assert run.migrate(job).complete
    assert target.arrived == count
    assert journal.states == {State.COPIED: count, State.VERIFIED: count}


def sort_on_disk_early() -> None:
    """Let sorting go to the disk from 1 MiB on, so that a small move does what a large one does."""
    for function in (spool.spooled, spool.Spool.__init__):
        assert function.__kwdefaults__ == {"run_bytes": spool.RUN_BYTES}
        function.__kwdefaults__["run_bytes"] = 1024 * 1024


def most_memory() -> int:
    """KiB; unlike getrusage's figure, without those of the process that started this one."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    sort_on_disk_early()
    move(int(sys.argv[1]))
    print(most_memory())
