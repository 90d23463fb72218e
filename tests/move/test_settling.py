"""An upload that the network held back lands when everybody has forgotten it, over a good copy."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from medialift.errors import ThrottledError, UnavailableError
from medialift.move import run, settling
from medialift.move.memory_journal import MemoryJournal
from medialift.move.values import Limits, MoveResult
from medialift.stores import open_store
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.memory import MemoryStore
from medialift.testing.faults import Fail, Fault, FaultyStore, LoseAnswer
from medialift.types import State
from tests.move.worlds import OVERWRITES, contents, disk, job, memory
from tests.servers.proxy import Exchange, FaultProxy
from tests.servers.rules import when
from tests.servers.s3server import S3Server

TREE = {f"{number:02}.jpg": bytes([number]) * 500 for number in range(20)}
HELD = "07.jpg"
SLOW = 1.6
"""Seconds that the network holds an upload: longer than the client waits, and shorter than twice as long."""


class Held:
    """Damages one upload and holds it, without an answer, until the target was listed or :data:`SLOW` is over."""

    def __init__(self) -> None:
        self.listed, self.landed = threading.Event(), threading.Event()

    def upload(self, exchange: Exchange) -> None:
        body = exchange.read()
        exchange.replace(bytes([body[0] ^ 1]) + body[1:])
        self.listed.wait(SLOW)
        response = exchange.ask()
        assert response is not None
        response.read()
        self.landed.set()
        exchange.reset()

    def listing(self, exchange: Exchange) -> None:
        exchange.forward()
        self.listed.set()


def moved_over(proxy: FaultProxy, held: Held, bucket: str, media: Path, journal: MemoryJournal) -> MoveResult:
    """A move in which one upload is held; the listing that lets it through is the one after the uploads."""
    target = open_store(proxy.server.spec(bucket, client={"read_timeout": 1, "max_attempts": 2}))
    proxy.rules.append(when(held.upload, operation="PutObject", key=HELD, times=1))
    limits = Limits(workers=4)
    work = job(disk(media, TREE), target, journal=journal, limits=limits)

    def listing_after_uploads(request: object) -> object:
        sent = proxy.count("PutObject") > len(TREE)
        return when(held.listing, operation="ListObjectsV2")(request) if sent else None  # type: ignore[arg-type]

    proxy.rules.append(listing_after_uploads)  # type: ignore[arg-type]
    try:
        return run.migrate(work)
    finally:
        assert held.landed.wait(10)
        target.close()


def test_a_damaged_upload_that_lands_late_is_seen_by_the_verification(tmp_path: Path, rclone: S3Server) -> None:
    bucket, journal = rclone.make_bucket(), MemoryJournal("this-move")
    with FaultProxy(rclone) as proxy:
        first = moved_over(proxy, Held(), bucket, tmp_path / "media", journal)
        (failed,) = journal.recorded((State.FAILED,))
        assert (failed.item.name, first.complete) == (HELD, False)
        assert first.verify is not None
        assert 0 < first.verify.waited <= 1
    target = open_store(rclone.spec(bucket))
    again = job(FilesystemStore(tmp_path / "media"), target, journal=journal)
    assert run.migrate(again).states[State.CONFLICT].files == 1, "what came there is not replaced without a word"
    target.delete(HELD)
    assert run.migrate(again).complete
    assert contents(target) == TREE
    target.close()


def upload_that(fault: Fault, **traits: object) -> tuple[MoveResult, MemoryJournal]:
    """A move to a store of which one upload meets *fault*, and what its journal knows then."""
    target, journal = FaultyStore(MemoryStore("target", traits=replace(OVERWRITES, **traits))), MemoryJournal()  # type: ignore[arg-type]
    target.stage("put", fault, key=HELD)
    return run.migrate(job(memory(TREE), target, journal=journal)), journal


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "PATIENCE", 0.3)


def waited(result: MoveResult) -> float:
    assert result.complete
    assert result.verify is not None
    return result.verify.waited


@pytest.mark.parametrize(
    ("fault", "traits", "waits"),
    [
        (LoseAnswer(UnavailableError), {}, True),
        (Fail(UnavailableError), {}, True),
        (Fail(ThrottledError), {}, False),
        (LoseAnswer(UnavailableError), {"atomic_create": True, "atomic_multipart_create": True}, False),
    ],
)
def test_a_verification_waits_for_what_may_still_land_and_for_nothing_else(
    fault: Fault, traits: dict[str, object], waits: bool
) -> None:
    result, journal = upload_that(fault, **traits)
    assert (0 < waited(result) <= 0.3) is waits
    assert bool(journal.senders(lambda known: known)) is waits


def test_what_replaces_an_older_copy_is_waited_for_at_every_store() -> None:
    target, journal, source = FaultyStore(MemoryStore("target")), MemoryJournal(), memory(TREE)
    assert waited(run.migrate(job(source, target, journal=journal))) == 0
    source.put(HELD, b"changed")
    target.stage("put", LoseAnswer(UnavailableError), key=HELD)
    assert 0 < waited(run.migrate(job(source, target, journal=journal))) <= 0.3
    assert contents(target)[HELD] == b"changed"


def test_what_went_well_is_not_waited_for_nor_what_is_long_over() -> None:
    journal = MemoryJournal()
    work = job(memory(TREE), MemoryStore("target", traits=OVERWRITES), journal=journal)
    assert waited(run.migrate(work)) == 0
    assert journal.senders(lambda known: known) == {}
    journal.senders(lambda known: {"earlier": time.time() - 1})
    assert waited(run.migrate(work)) == 0


def test_a_run_that_never_said_that_it_ended_was_killed_and_may_have_left_something_on_the_way() -> None:
    journal = MemoryJournal()
    journal.senders(lambda known: {"killed": None})
    work = job(memory(TREE), MemoryStore("target", traits=OVERWRITES), journal=journal)
    assert 0 < waited(run.migrate(work)) <= 0.3
    assert waited(run.migrate(work)) == 0, "and that for once"


def test_a_verification_of_its_own_waits_for_the_copy_before_it() -> None:
    target, journal = FaultyStore(MemoryStore("target", traits=OVERWRITES)), MemoryJournal()
    target.stage("put", LoseAnswer(UnavailableError), key=HELD)
    work = job(memory(TREE), target, journal=journal)
    run.copy(work)
    assert run.verify(work).waited > 0


def test_a_stop_ends_the_waiting() -> None:
    journal, stop = MemoryJournal(), threading.Event()
    work = job(memory(TREE), MemoryStore("target", traits=OVERWRITES), journal=journal, stop=stop)
    run.copy(work)
    journal.senders(lambda known: {"killed": time.time() + 60})
    threading.Timer(0.1, stop.set).start()
    began = time.monotonic()
    assert run.verify(work).stopped
    assert time.monotonic() - began < 30
