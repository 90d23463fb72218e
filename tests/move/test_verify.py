from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from medialift.errors import AccessDeniedError, UnavailableError
from medialift.move import again
from medialift.move.copy import copy
from medialift.move.ordered import listed
from medialift.move.verify import bound, sampled, verify
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
    target: ObjectStore, evidence: list[Evidence], rereads: Callable[[str], bool] = lambda name: False
) -> dict[str, Verified | NotVerified]:
    answers = verify(
        evidence,
        listed(target),
        target,
        rereads=rereads,
        limits=QUICK,
        stop=threading.Event(),
        tick=lambda: None,
    )
    return {answer.name: answer for answer in answers}


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
    assert answers == {item.name: Verified(item.name, item.proof) for item in evidence}
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
    assert answers["0007"] == Verified("0007", Proof.READ_BACK, reread=True)
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
    answers = verify(evidence, listed(target), target, rereads=everything, limits=QUICK, stop=stop, tick=lambda: None)
    got = [next(answers)]
    stop.set()
    got += list(answers)
    assert 1 <= len(got) < len(NAMES)


def test_objects_that_nobody_copied_are_not_judged() -> None:
    target, evidence = moved()
    target.put("somebody else's", b"")
    assert set(check(target, evidence)) == set(NAMES)
    listing: list[tuple[str, ObjectInfo]] = list(listed(target))
    assert len(listing) == len(NAMES) + 1


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
