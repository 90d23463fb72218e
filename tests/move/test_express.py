from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from medialift.errors import AlreadyExistsError
from medialift.move import again, express
from medialift.move.copy import Watch, copy
from medialift.move.express import ELSEWHERE, LARGEST, LEAST
from medialift.move.pause import Gate
from medialift.move.values import Limits
from medialift.stores.base import ObjectStore
from medialift.stores.express import Sent
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.wrappers.trace import CallCounter, TraceStore
from medialift.types import Action, Copied, Headers, Item, NotCopied, Proof, State, Step, Stored, Traits
from tests.move.worlds import CHECKED, OPAQUE, QUICK, contents, disk

Answer = Callable[[str, Stored], Sent | None]
"""What becomes of one create that has come through, by its ticket's key: another answer than the plain one."""


@dataclass
class FakeExpress:
    """Puts into *store* at once, and answers when it is asked; *spoil* may change an answer."""

    store: MemoryStore
    spoil: Callable[[str], str] = lambda key: ""
    alive: bool = True
    closed: bool = False
    most: int = 0
    begun: list[str] = field(default_factory=list)
    waiting: list[Sent] = field(default_factory=list)

    @property
    def under_way(self) -> int:
        return len(self.waiting)

    def begin(self, ticket: Any, key: str, body: bytes, *, headers: Headers, sha256: bytes) -> bool:
        assert hashlib.sha256(body).digest() == sha256
        what = self.spoil(key)
        if what == "not here":
            return False
        self.begun.append(key)
        stored, exists = self._put(key, body, headers, what)
        self.waiting.append(Sent(ticket, stored, exists=exists, throttled=what == "throttled"))
        self.most = max(self.most, len(self.waiting))
        return True

    def _put(self, key: str, body: bytes, headers: Headers, what: str) -> tuple[Stored | None, bool]:
        if what in ("lost before", "throttled"):
            return None, False
        body = body if what != "damaged" else b"!" + body[1:]
        try:
            stored = self.store.put(key, body, headers=headers, if_absent=True)
        except AlreadyExistsError:
            return None, True
        return None if what == "lost" else stored, False

    def answers(self, wait: float) -> Iterator[Sent]:
        first, self.waiting = self.waiting[:3], self.waiting[3:]
        yield from first

    def close(self) -> None:
        self.closed = True


class Target(MemoryStore):
    """A store in memory with an express."""

    def __init__(self, traits: Traits = CHECKED, spoil: Callable[[str], str] = lambda key: "") -> None:
        super().__init__("target", traits=traits)
        self.fake = FakeExpress(self, spoil)
        self.puts = 0

    def express(self) -> FakeExpress:
        return self.fake

    def put(self, *args: Any, **more: Any) -> Stored:
        self.puts += 1
        return super().put(*args, **more)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "FIRST_REST", 0.0001)


def steps(source: FilesystemStore) -> list[Step]:
    found = source.list()
    return [Step(Action.COPY, Item(info.key, info.key, info.size, info.fingerprint)) for info in found]


def copied(
    source: FilesystemStore, target: ObjectStore, limits: Limits = QUICK, **more: Any
) -> dict[str, Copied | NotCopied]:
    outcomes = copy(steps(source), source, target, limits=limits, stop=more.pop("stop", threading.Event()), **more)
    return {outcome.item.name: outcome for outcome in outcomes}


@pytest.fixture
def files() -> dict[str, bytes]:
    return {f"f/{number:02}.jpg": os.urandom(100 + number) for number in range(40)}


@pytest.fixture
def source(tmp_path: Path, files: dict[str, bytes]) -> FilesystemStore:
    return disk(tmp_path / "media", files)


@pytest.mark.parametrize(("traits", "proof"), [(CHECKED, Proof.SERVER_CHECKED), (MEMORY_TRAITS, Proof.ETAG_MD5)])
def test_small_files_go_by_express_and_are_proved(
    source: FilesystemStore, files: dict[str, bytes], traits: Traits, proof: Proof
) -> None:
    traits = replace(traits, checked_digests=traits.checked_digests - {"content-md5"})
    target = Target(traits)

    outcomes = copied(source, target, mark="m1")

    assert contents(target) == files
    assert sorted(target.fake.begun) == sorted(files)
    assert target.fake.closed
    for name, outcome in outcomes.items():
        assert isinstance(outcome, Copied)
        assert outcome.proof is proof
        assert outcome.digests.sha256 == hashlib.sha256(files[name]).digest()
        assert outcome.stored.etag == target.head(name).etag
        assert not outcome.adopted
        assert target.head(name).headers.content_type == "image/jpeg"
        assert target.head(name).headers.metadata == {"medialift-move": "m1"}


def test_no_more_are_under_way_than_the_limits_allow(source: FilesystemStore) -> None:
    target = Target()
    copied(source, target, replace(QUICK, workers=5))
    assert target.fake.most == 5

    target = Target()
    copied(source, target, replace(QUICK, bytes_in_flight=2 * LEAST))
    assert target.fake.most == 2


@pytest.mark.parametrize("fate", ["lost", "lost before", "not here", "throttled", "damaged"])
def test_what_goes_wrong_is_done_again_by_the_threads(
    source: FilesystemStore, files: dict[str, bytes], fate: str
) -> None:
    traits = MEMORY_TRAITS if fate == "damaged" else CHECKED
    target = Target(traits, lambda key: fate if key.endswith("7.jpg") else "")

    outcomes = copied(source, target, mark="m1")

    assert contents(target) == files
    assert all(isinstance(outcome, Copied) for outcome in outcomes.values())


def test_an_answer_that_proves_nothing_is_read_back(source: FilesystemStore, files: dict[str, bytes]) -> None:
    target = Target(OPAQUE)

    outcomes = copied(source, target)

    assert contents(target) == files
    assert {outcome.proof for outcome in outcomes.values() if isinstance(outcome, Copied)} == {Proof.READ_BACK}


def test_other_bytes_at_the_target_are_left_alone(source: FilesystemStore, files: dict[str, bytes]) -> None:
    target = Target()
    target.put("f/03.jpg", b"theirs")
    target.put("f/04.jpg", files["f/04.jpg"])
    target.puts = 0

    outcomes = copied(source, target)

    assert target.puts == len(files)  # by the express, and nothing a second time

    theirs, equal = outcomes["f/03.jpg"], outcomes["f/04.jpg"]
    assert isinstance(theirs, NotCopied)
    assert theirs.state is State.CONFLICT
    assert isinstance(equal, Copied)
    assert equal.adopted
    assert contents(target)["f/03.jpg"] == b"theirs"


def test_only_small_new_files_of_a_disk_go_by_express(tmp_path: Path, source: FilesystemStore) -> None:
    source.put("large", os.urandom(LARGEST + 1))
    target = Target()
    some = steps(source)
    some[0] = replace(some[0], action=Action.REPLACE)

    list(copy(some, source, target, limits=QUICK, stop=threading.Event()))

    assert sorted(target.fake.begun) == [step.item.name for step in some[1:] if step.item.name != "large"]
    from_bucket = Target()
    for step in some:
        with source.get(step.item.name) as opened:
            from_bucket.put(step.item.name, opened.read())
    other = Target()
    list(copy(some, from_bucket, other, limits=QUICK, stop=threading.Event()))
    assert not other.fake.begun


def test_a_file_that_grew_or_is_gone_is_judged_by_the_threads(source: FilesystemStore, files: dict[str, bytes]) -> None:
    target = Target()
    some = steps(source)
    source.put("f/05.jpg", b"x" * (LARGEST + 1))
    source.delete("f/06.jpg")

    outcomes = {
        outcome.item.name: outcome for outcome in copy(some, source, target, limits=QUICK, stop=threading.Event())
    }

    gone = outcomes["f/06.jpg"]
    assert isinstance(gone, NotCopied)
    assert gone.state is State.VANISHED
    assert len(contents(target)["f/05.jpg"]) == LARGEST + 1
    assert not {"f/05.jpg", "f/06.jpg"} & set(target.fake.begun)


def test_what_somebody_is_writing_is_left_to_him(source: FilesystemStore) -> None:
    import fcntl

    target = Target()
    with open(source.path_of("f/08.jpg"), "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        outcome = copied(source, target)["f/08.jpg"]

    assert isinstance(outcome, NotCopied)
    assert outcome.state is State.PENDING
    assert outcome.retryable


def test_a_wrapped_store_is_not_passed_by(source: FilesystemStore, files: dict[str, bytes]) -> None:
    target, calls = Target(), CallCounter()

    copied(source, TraceStore(target, calls))

    assert not target.fake.begun
    assert calls.calls["put"] == len(files)


def test_nothing_is_begun_while_the_move_is_paused(source: FilesystemStore, files: dict[str, bytes]) -> None:
    gate, target = Gate(), Target()
    gate.set_open(False)
    looked: list[int] = []

    def look() -> None:
        looked.append(len(target.fake.begun))
        if len(looked) == 3:
            gate.set_open(True)

    outcomes = copied(source, target, watch=Watch(tick=look, gate=gate))

    assert looked[:3] == [0, 0, 0]
    assert set(outcomes) == set(files)


def test_what_is_under_way_is_finished_when_the_move_is_stopped(
    source: FilesystemStore, files: dict[str, bytes]
) -> None:
    stop, target = threading.Event(), Target()
    done = []
    for outcome in copy(steps(source), source, target, limits=QUICK, stop=stop):
        done.append(outcome.item.name)
        if len(done) == 4:
            stop.set()

    assert sorted(done) == sorted(target.fake.begun) == sorted(contents(target))
    assert len(done) < len(files)


def test_a_slow_disk_is_read_by_many_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(express, "SAMPLED", 1)
    monkeypatch.setattr(express, "SLOW", -1.0)
    files = {f"{number}": b"x" for number in range(100)}
    target = Target()

    copied(disk(tmp_path / "media", files), target)

    assert contents(target) == files
    assert ELSEWHERE > 100 > len(target.fake.begun) > 0


def test_an_express_that_is_of_no_use_is_left(source: FilesystemStore, files: dict[str, bytes]) -> None:
    target = Target()
    target.fake.alive = False

    copied(source, target)

    assert contents(target) == files
    assert not target.fake.begun
