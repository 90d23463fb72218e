"""What only a person can decide: it holds while both sides stay as they are, and destroys nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medialift.errors import RefusedError
from medialift.move import decisions, run
from medialift.move.back import SUPERSEDED
from medialift.move.journal import Recorded
from medialift.move.memory_journal import MemoryJournal
from medialift.move.values import Job
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.types import Action, Copied, NotCopied, State, Traits
from tests.move.worlds import OPAQUE, OVERWRITES, contents, disk, job, memory, rows

OURS, THEIRS, SAME_SIZE = b"ours", b"theirs, longer", b"they"


def conflict(theirs: bytes = THEIRS, traits: Traits = MEMORY_TRAITS) -> Job:
    """A move that has met a conflict about ``a``, and is done with ``b``."""
    target = MemoryStore("target", traits=traits)
    target.put("a", theirs)
    work = job(memory({"a": OURS, "b": b"b"}), target, rows("a"), journal=MemoryJournal("mine"))
    assert not run.migrate(work).complete
    return work


def open_record(work: Job) -> Recorded:
    (found,) = work.journal.recorded(decisions.DECIDED)
    return found


def accept(work: Job) -> None:
    found = open_record(work)
    decisions.accept(work.journal, found, decisions.look(work, found.item))


@pytest.mark.parametrize("theirs", [THEIRS, SAME_SIZE])
@pytest.mark.parametrize("traits", [MEMORY_TRAITS, OPAQUE])
def test_an_accepted_conflict_lets_the_move_end_and_touches_nothing(theirs: bytes, traits: Traits) -> None:
    work = conflict(theirs, traits)
    before = contents(work.target)
    accept(work)
    for _ in range(2):
        assert run.migrate(work).complete
        assert work.journal.states_of(["a"]) == {"a": State.ACCEPTED}
    summary = run.plan(work)
    assert [step.item.name for step in summary.accepted.first] == ["a"]
    assert not summary.conflicts.count
    assert contents(work.target) == before


@pytest.mark.parametrize("theirs", [THEIRS, SAME_SIZE])
@pytest.mark.parametrize("side", ["source", "target"])
def test_it_is_told_anew_once_either_side_changes(theirs: bytes, side: str) -> None:
    work = conflict(theirs)
    accept(work)
    {"source": work.source, "target": work.target}[side].put("a", theirs[::-1])
    assert not run.migrate(work).complete
    assert open_record(work).state is State.CONFLICT


def test_an_acceptance_can_be_taken_back() -> None:
    work = conflict()
    accept(work)
    (accepted,) = work.journal.recorded([State.ACCEPTED])
    decisions.take_back(work.journal, accepted)
    assert not run.migrate(work).complete
    assert open_record(work).state is State.CONFLICT


@pytest.mark.parametrize("theirs", [THEIRS, SAME_SIZE])
@pytest.mark.parametrize("traits", [MEMORY_TRAITS, OPAQUE, OVERWRITES])
def test_the_source_takes_the_place_of_what_is_set_aside(theirs: bytes, traits: Traits) -> None:
    work = conflict(theirs, traits)
    found = open_record(work)
    outcome = decisions.take_source(work, found, decisions.look(work, found.item), move_id="m1")
    assert isinstance(outcome, Copied)
    assert contents(work.target) == {"a": OURS, "b": b"b", f"{SUPERSEDED}/m1/a": theirs}
    assert run.migrate(work).complete
    assert work.journal.states_of(["a"]) == {"a": State.VERIFIED}


def test_what_came_there_after_a_person_looked_is_not_replaced() -> None:
    work = conflict()
    found = open_record(work)
    sides = decisions.look(work, found.item)
    work.target.put("a", b"even newer than that")
    outcome = decisions.take_source(work, found, sides, move_id="m1")
    assert isinstance(outcome, NotCopied)
    assert outcome.state is State.CONFLICT
    assert contents(work.target)["a"] == b"even newer than that"


def test_only_a_conflict_of_two_files_can_be_replaced(tmp_path: Path) -> None:
    source = disk(tmp_path / "media")
    (tmp_path / "media" / "l.png").symlink_to("/etc/hostname")
    work = job(source, memory(name="target"), rows("l.png"))
    assert not run.migrate(work).complete
    found = open_record(work)
    with pytest.raises(RefusedError):
        decisions.take_source(work, found, decisions.look(work, found.item), move_id="m1")
    gone = conflict()
    gone.target.delete("a")
    found = open_record(gone)
    with pytest.raises(RefusedError):
        decisions.take_source(gone, found, decisions.look(gone, found.item), move_id="m1")


def test_what_is_out_of_reach_can_be_accepted_and_moves_once_it_lies_inside(tmp_path: Path) -> None:
    source = disk(tmp_path / "media")
    link = tmp_path / "media" / "l.png"
    link.symlink_to("/etc/hostname")
    work = job(source, memory(name="target"), rows("l.png"))
    assert not run.migrate(work).complete
    accept(work)
    assert run.migrate(work).complete
    assert run.plan(work).actions[Action.LEAVE].files == 1
    link.unlink()
    link.write_bytes(b"inside")
    assert run.migrate(work).complete
    assert contents(work.target) == {"l.png": b"inside"}


def test_a_name_that_the_target_cannot_hold_can_be_accepted() -> None:
    target = MemoryStore(
        "target", traits=replace(MEMORY_TRAITS, key_rules=replace(MEMORY_TRAITS.key_rules, max_bytes=4))
    )
    work = job(memory({"too-long": b"1"}), target, rows("too-long"))
    assert not run.migrate(work).complete
    accept(work)
    assert run.migrate(work).complete


def test_what_vanished_can_be_accepted_and_moves_if_it_comes_back() -> None:
    work = job(memory({"a": OURS}), memory(name="target"), rows("a"))
    assert run.migrate(work).complete
    work.source.delete("a")
    work.target.delete("a")
    assert not run.migrate(work).complete
    assert open_record(work).state is State.VANISHED
    accept(work)
    assert run.migrate(work).complete
    work.source.put("a", OURS)
    assert run.migrate(work).complete
    assert contents(work.target) == {"a": OURS}
