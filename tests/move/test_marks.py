"""A run that was killed between an upload and its record: the next one knows its own object by its mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from medialift.move import run
from medialift.move.journal import Journal, Outcome
from medialift.move.marks import MARK
from medialift.move.memory_journal import MemoryJournal
from medialift.stores.base import ObjectStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.wrappers.trace import CallCounter, TraceStore
from medialift.types import NO_HEADERS, Action, Headers, State, Traits
from tests.move.worlds import CHECKED, OPAQUE, OVERWRITES, QUICK, contents, disk, job, memory

OLD, NEW, SAME_SIZE = b"the old bytes", b"the new ones, and more", b"the new bytes"
IN_PARTS = replace(MEMORY_TRAITS, part_size=5, multipart_threshold=8)


class KilledError(BaseException):
    """Stands for kill -9."""


class DyingJournal(MemoryJournal):
    """Everything is uploaded, and nothing of it is recorded."""

    dies = True

    def record(self, outcomes: Sequence[Outcome]) -> None:
        if self.dies:
            raise KilledError
        super().record(outcomes)


def killed(source: ObjectStore, target: ObjectStore, *, mark: str = "mine") -> DyingJournal:
    """The journal of a run that was killed after it had uploaded everything."""
    journal = DyingJournal(mark)
    with pytest.raises(KilledError):
        run.copy(job(source, target, journal=journal))
    journal.dies = False
    return journal


@pytest.mark.parametrize("traits", [MEMORY_TRAITS, OPAQUE, CHECKED, OVERWRITES, IN_PARTS])
@pytest.mark.parametrize("whole", [10_000, 4], ids=["at once", "as a stream"])
@pytest.mark.parametrize("now", [NEW, SAME_SIZE], ids=["another size", "the same size"])
def test_its_own_upload_is_replaced_by_the_file_as_it_is_now(traits: Traits, whole: int, now: bytes) -> None:
    source, target = memory({"a": OLD, "b": b"unchanged"}), MemoryStore("target", traits=traits)
    journal = killed(source, target)
    source.put("a", now)
    result = run.migrate(job(source, target, journal=journal, limits=replace(QUICK, whole=whole)))
    assert result.complete
    assert contents(target) == {"a": now, "b": b"unchanged"}


def test_what_somebody_else_put_there_meanwhile_is_a_conflict() -> None:
    source, target = memory({"a": OLD}), memory(name="target")
    journal = killed(source, target)
    source.put("a", NEW)
    target.put("a", b"theirs")
    assert run.migrate(job(source, target, journal=journal)).states[State.CONFLICT].files == 1
    assert contents(target) == {"a": b"theirs"}


def test_what_another_move_uploaded_is_a_conflict() -> None:
    source, target = memory({"a": OLD}), memory(name="target")
    killed(source, target, mark="another")
    journal = killed(memory({"a": OLD}), memory(name="elsewhere"))
    source.put("a", NEW)
    assert run.migrate(job(source, target, journal=journal)).states[State.CONFLICT].files == 1
    assert contents(target) == {"a": OLD}


def test_an_upload_that_was_recorded_and_then_changed_in_place_is_a_conflict() -> None:
    source, target, journal = memory({"a": OLD}), memory(name="target"), MemoryJournal("mine")
    assert run.migrate(job(source, target, journal=journal)).complete
    target.put("a", b"optimised bytes", headers=target.head("a").headers)
    source.put("a", NEW)
    assert run.migrate(job(source, target, journal=journal)).states[State.CONFLICT].files == 1
    assert contents(target) == {"a": b"optimised bytes"}


def test_a_store_without_metadata_tells_the_conflict(tmp_path: Path) -> None:
    source, target = memory({"a": OLD}), disk(tmp_path / "target")
    journal = killed(source, target)
    source.put("a", NEW)
    assert run.migrate(job(source, target, journal=journal)).states[State.CONFLICT].files == 1
    assert contents(target) == {"a": OLD}


def test_a_store_that_loses_metadata_does_too() -> None:
    loses = replace(MEMORY_TRAITS, lost_headers=frozenset({"metadata"}))
    source, target = memory({"a": OLD}), MemoryStore("target", traits=loses)
    journal = killed(source, target)
    source.put("a", NEW)
    assert run.migrate(job(source, target, journal=journal)).states[State.CONFLICT].files == 1
    assert MARK not in target.head("a").headers.metadata


@pytest.mark.parametrize(("mark", "kept"), [("second", {"own": "1", MARK: "second"}), ("", {"own": "1"})])
def test_the_mark_of_an_earlier_move_does_not_travel(mark: str, kept: dict[str, str]) -> None:
    source, target = memory(), memory(name="target")
    source.put("a", b"1", headers=Headers(content_type="text/plain", metadata={"own": "1", MARK: "first"}))
    assert run.migrate(job(source, target, journal=MemoryJournal(mark))).complete
    assert dict(target.head("a").headers.metadata) == kept


def test_files_that_nobody_began_cost_no_request_more() -> None:
    def requests(mark: str) -> dict[str, int]:
        source, target, counter = memory({"a": OLD, "b": NEW}), memory({"b": b"theirs"}, name="target"), CallCounter()
        run.migrate(job(source, TraceStore(target, counter), journal=MemoryJournal(mark)))
        return dict(counter.calls)

    assert requests("mine") == requests("")


def test_a_move_without_a_mark_leaves_none() -> None:
    source, target = memory({"a.txt": OLD}), memory(name="target")
    journal: Journal = MemoryJournal()
    assert run.migrate(job(source, target, journal=journal)).complete
    assert target.head("a.txt").headers.metadata == NO_HEADERS.metadata


@pytest.mark.parametrize("now", [NEW, SAME_SIZE], ids=["another size", "the same size"])
def test_a_plan_knows_the_moves_own_upload_and_asks_about_it_alone(now: bytes) -> None:
    others = {f"theirs-{number}": b"mine" for number in range(20)}
    source, target, counter = memory({"a": OLD, "b": b"unchanged"}), memory(name="target"), CallCounter()
    journal = killed(source, target)
    source.put("a", now)
    for name, data in others.items():
        source.put(name, data)
        target.put(name, b"somebody else's")
    summary = run.plan(job(source, TraceStore(target, counter), journal=journal))
    assert summary.actions[Action.REPLACE].files == 1
    assert summary.conflicts.count == len(others)
    assert summary.there.files == 1, "what was not changed since is equal"
    assert counter.calls["head"] == 1


def test_a_plan_does_not_take_what_somebody_put_there_meanwhile_for_its_own() -> None:
    source, target = memory({"a": OLD}), memory(name="target")
    journal = killed(source, target)
    source.put("a", NEW)
    target.put("a", b"theirs")
    summary = run.plan(job(source, target, journal=journal))
    assert (summary.conflicts.count, summary.actions.get(Action.REPLACE)) == (1, None)


def test_where_no_mark_is_kept_a_plan_asks_nothing_and_tells_the_conflict(tmp_path: Path) -> None:
    source, target, counter = memory({"a": OLD}), disk(tmp_path / "target"), CallCounter()
    journal = killed(source, target)
    source.put("a", NEW)
    assert run.plan(job(source, TraceStore(target, counter), journal=journal)).conflicts.count == 1
    assert "head" not in counter.calls
