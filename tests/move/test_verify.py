from __future__ import annotations

import random
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace

import pytest

from medialift.errors import AccessDeniedError, UnavailableError
from medialift.move import again
from medialift.move.copy import copy
from medialift.move.journal import Copies, Copy
from medialift.move.lines import lines
from medialift.move.verify import Judged, Seen, bound, sampled, verify
from medialift.stores.base import ObjectStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.wrappers.trace import CallCounter, TraceStore
from medialift.testing.faults import CutOff, Fail, FaultyStore
from medialift.types import (
    Action,
    Copied,
    Evidence,
    Item,
    NotVerified,
    ObjectInfo,
    Proof,
    State,
    Step,
    Traits,
    Verified,
)
from tests.move.worlds import OPAQUE, QUICK, memory

NAMES = [f"{number:04}" for number in range(50)]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "FIRST_REST", 0.0001)


def moved(traits: Traits = MEMORY_TRAITS, names: list[str] = NAMES) -> tuple[MemoryStore, list[Evidence]]:
    """A target with copied files, and the evidence of their copies."""
    files = {name: name.encode() * 3 for name in names}
    target = MemoryStore(traits=traits)
    steps = [Step(Action.COPY, Item(name, name, len(data), name)) for name, data in files.items()]
    evidence = []
    for done in copy(steps, memory(files), target, limits=QUICK, stop=threading.Event()):
        assert isinstance(done, Copied)
        item, stored = done.item, done.stored
        evidence.append(
            Evidence(
                *(item.name, item.key, item.size, item.fingerprint, done.digests, stored.etag, stored.version),
                *(stored.part_size, done.proof, State.COPIED),
            )
        )
    return target, sorted(evidence, key=lambda item: item.name)


def check(
    target: ObjectStore, evidence: list[Evidence], rereads: Callable[[str], bool] | None = None
) -> dict[str, Verified | NotVerified]:
    known = {item.name: item for item in evidence}
    answers: dict[str, Verified | NotVerified] = {}
    for found in judged(target, evidence, rereads):
        if isinstance(found, Seen):
            answers.update((copy.name, Verified(known[copy.name])) for copy in found.copies)
        else:
            answers[found.outcome.name] = found.outcome
    return answers


def judged(
    target: ObjectStore,
    evidence: list[Evidence],
    rereads: Callable[[str], bool] | None = None,
    stop: threading.Event | None = None,
) -> Generator[Seen | Judged, None, None]:
    known = {item.name: item for item in evidence}
    copies = [
        Copy(number, item.name, (item.key, item.size, item.etag, None), item.state)
        for number, item in enumerate(sorted(evidence, key=lambda item: item.key))
    ]
    with lines(target) as listing:
        yield from verify(
            paged(copies),
            listing,
            target,
            evidence_for=lambda names: {name: known[name] for name in names},
            rereads=rereads,
            limits=QUICK,
            stop=stop or threading.Event(),
            tick=lambda: None,
        )


def paged(copies: list[Copy], size: int = 7) -> Iterator[Copies]:
    return (Copies.of(copies[start : start + size]) for start in range(0, len(copies), size))


def everything(name: str) -> bool:
    return True


def damage(target: MemoryStore, name: str) -> None:
    """Flip a bit on the service's disk: nothing but the bytes is another."""
    stored = target._objects[name]
    target._objects[name] = replace(stored, data=bytes([stored.data[0] ^ 1]) + stored.data[1:])


@pytest.mark.parametrize("traits", [MEMORY_TRAITS, OPAQUE])
def test_a_listing_verifies_what_still_has_the_etag_with_which_it_was_proved(traits: Traits) -> None:
    target, evidence = moved(traits)
    counter = CallCounter()
    answers = check(TraceStore(target, counter), evidence)
    assert answers == {item.name: Verified(item) for item in evidence}
    assert counter.calls == {"list": 1}


def test_gone_short_and_other_objects_are_found() -> None:
    target, evidence = moved()
    target.delete("0003")
    target.put("0004", b"short")
    target.put("0005", b"0005" * 2 + b"0006")
    bad = {name: answer for name, answer in check(target, evidence).items() if isinstance(answer, NotVerified)}
    assert {name: answer.reason.split(",")[0] for name, answer in bad.items()} == {
        "0003": "gone from the target",
        "0004": "5 bytes at the target",
        "0005": "other bytes at the target than were copied",
    }


def test_an_object_that_was_written_again_with_the_same_bytes_is_read_and_good() -> None:
    target, evidence = moved(OPAQUE)
    target.put("0007", b"0007" * 3)
    counter = CallCounter()
    answers = check(TraceStore(target, counter), evidence)
    assert answers["0007"] == Verified(evidence[7], reread=True)
    assert counter.calls == {"list": 1, "get": 1}


def test_objects_whose_listing_has_no_etag_are_read() -> None:
    class Silent(MemoryStore):
        def list(self, prefix: str = "", *, after: str = ""):  # type: ignore[no-untyped-def]
            return (replace(info, etag=None) for info in super().list(prefix, after=after))

    target, evidence = moved()
    silent = Silent()
    silent._objects = target._objects
    assert {answer.proof for answer in check(silent, evidence).values()} == {Proof.READ_BACK}  # type: ignore[union-attr]


def test_bytes_that_rot_under_their_etag_are_found_only_by_reading() -> None:
    target, evidence = moved()
    damage(target, "0009")
    assert isinstance(check(target, evidence)["0009"], Verified)
    answers = check(target, evidence, everything)
    assert isinstance(answers.pop("0009"), NotVerified)
    assert {answer.proof for answer in answers.values()} == {Proof.READ_BACK}  # type: ignore[union-attr]


def test_a_sample_reads_what_was_drawn() -> None:
    target, evidence = moved()
    counter = CallCounter()
    check(TraceStore(target, counter), evidence, frozenset({"0001", "0002"}).__contains__)
    assert counter.calls == {"list": 1, "get": 2}


def test_a_passing_failure_is_tried_again() -> None:
    target, evidence = moved()
    faulty = FaultyStore(target)
    faulty.stage("get", CutOff(3))
    faulty.stage("get", Fail(UnavailableError))
    assert all(isinstance(answer, Verified) for answer in check(faulty, evidence, everything).values())


def test_what_cannot_be_read_is_an_error_and_no_verdict() -> None:
    target, evidence = moved()
    faulty = FaultyStore(target)
    faulty.stage("get", Fail(AccessDeniedError), key="0003", times=None)
    with pytest.raises(AccessDeniedError):
        check(faulty, evidence, everything)


def test_a_stop_leaves_the_rest_without_verdict() -> None:
    target, evidence = moved()
    stop = threading.Event()
    answers = judged(target, evidence, everything, stop)
    got = [next(answers)]
    stop.set()
    got += list(answers)
    assert 1 <= len(got) < len(NAMES)


def test_objects_that_nobody_copied_are_not_judged() -> None:
    target, evidence = moved()
    target.put("somebody else's", b"")
    assert set(check(target, evidence)) == set(NAMES)
    assert len(list(target.list())) == len(NAMES) + 1


class Late(MemoryStore):
    """A store whose listing does not have yet what a second mover has just sent."""

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        for info in super().list(prefix, after=after):
            if info.key == "0007":
                yield replace(info, size=1, etag="before")
            elif info.key != "0003":
                yield info


def test_what_a_listing_lacks_is_looked_for_before_it_counts_as_gone() -> None:
    target, evidence = moved()
    late = Late()
    late._objects = target._objects
    counter = CallCounter()
    answers = check(TraceStore(late, counter), evidence)
    assert answers == {item.name: Verified(item) for item in evidence}
    assert counter.calls == {"list": 1, "head": 2}


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_two_files_under_one_key_are_judged_by_the_one_object_wherever_a_page_ends(size: int) -> None:
    target, evidence = moved()
    twin = replace(evidence[1], name="elsewhere")
    copies = sorted(
        Copy(number, item.name, (item.key, item.size, item.etag, None), item.state)
        for number, item in enumerate([*evidence, twin])
    )
    copies.sort(key=lambda copy: copy.line[0])
    listing = [[(info.key, info.size, info.etag, info.version)] for info in target.list()]
    answers = verify(
        paged(copies, size),
        listing,
        target,
        evidence_for=lambda names: {},
        rereads=None,
        limits=QUICK,
        stop=threading.Event(),
        tick=lambda: None,
    )
    seen = [copy.name for found in answers if isinstance(found, Seen) for copy in found.copies]
    assert sorted(seen) == sorted([*NAMES, "elsewhere"])


def test_no_etag_is_not_the_same_as_no_etag() -> None:
    target, evidence = moved(OPAQUE)
    silent = [replace(item, etag=None) for item in evidence]
    listing = [[(info.key, info.size, None, None)] for info in target.list()]
    copies = [
        Copy(number, item.name, (item.key, item.size, None, None), item.state) for number, item in enumerate(silent)
    ]
    (first, *_) = verify(
        paged(copies),
        listing,
        target,
        evidence_for=lambda names: {item.name: item for item in silent},
        rereads=None,
        limits=QUICK,
        stop=threading.Event(),
        tick=lambda: None,
    )
    assert isinstance(first, Judged)
    assert first.outcome.reread


def test_a_sample_has_the_size_that_was_asked_for() -> None:
    _, evidence = moved()
    names = [item.name for item in evidence]
    assert len(sampled(names, 10, random.Random(1))) == 10
    assert sampled(names, 1000, random.Random(1)) == set(NAMES)
    assert sampled(list[str](), 10, random.Random(1)) == frozenset()


def test_every_item_is_as_likely_to_be_drawn() -> None:
    rng = random.Random(4)
    drawn = [name for _ in range(3000) for name in sampled(NAMES[:10], 3, rng)]
    # Each name is drawn 900 times on average, with a standard deviation of 25.
    assert all(800 < drawn.count(name) < 1000 for name in NAMES[:10])


def test_the_rule_of_three() -> None:
    assert bound(3000, 1_000_000) == pytest.approx(0.001)
    assert bound(2, 10) == 1.0
    assert bound(0, 10) == 1.0
    assert bound(10, 10) == 0.0
