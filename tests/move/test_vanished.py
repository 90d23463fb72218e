"""What was there and is gone is another fact than what was never there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from medialift.errors import NotFoundError
from medialift.move import run
from medialift.move.journal import Tally
from medialift.move.memory_journal import MemoryJournal
from medialift.move.values import CopyResult, Job, MoveResult
from medialift.stores.base import ObjectStore
from medialift.stores.memory import MemoryStore
from medialift.testing.faults import Fail, FaultyStore
from medialift.types import ObjectInfo, Reference, State, Step
from tests.move.worlds import contents, disk, filled, job, memory, rows


class World:
    """A source with ``a`` and ``b``, of which ``a`` goes between plan and copy."""

    def __init__(self, source: ObjectStore, references: Iterable[Reference]) -> None:
        self.source, self.target, self.journal = source, memory(name="target"), MemoryJournal()
        self.references = list(references)
        self.rows_are_all = True

    def job(self, source: ObjectStore | None = None) -> Job:
        made = job(source or self.source, self.target, journal=self.journal)
        return replace(made, references=lambda: self.references, rows_are_all=lambda: self.rows_are_all)

    def lose(self, name: str) -> MoveResult:
        """A run during which the file goes."""
        faulty = FaultyStore(self.source)
        faulty.stage("get", Fail(NotFoundError), key=name)
        result = run.migrate(self.job(faulty))
        self.source.delete(name)
        return result

    def migrate(self) -> MoveResult:
        return run.migrate(self.job())

    def state(self, name: str) -> State:
        return self.journal.states_of([name])[name]


@pytest.fixture(params=["memory", "disk"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    files = {"a": b"1", "b": b"2"}
    return memory(files) if request.param == "memory" else disk(tmp_path / "media", files)


def test_a_file_that_goes_between_plan_and_copy_is_told_and_leaves_the_move_open(source: ObjectStore) -> None:
    world = World(source, rows("a"))
    result = world.lose("a")
    assert not result.complete
    assert {state: tally.files for state, tally in result.states.items()} == {State.VERIFIED: 1, State.VANISHED: 1}
    (told,) = result.copy.failures
    assert (told.item.name, told.reason) == ("a", "it was there when the move was planned, and is gone")


def test_while_a_row_names_it_the_move_stays_open(source: ObjectStore) -> None:
    world = World(source, rows("a"))
    world.lose("a")
    summary = run.plan(world.job())
    assert [step.item.name for step in summary.vanished.first] == ["a"]
    assert not summary.missing.count
    for _ in range(2):
        assert not world.migrate().complete
        assert world.state("a") is State.VANISHED


def test_once_the_row_is_gone_too_it_was_deleted_and_that_is_settled(source: ObjectStore) -> None:
    world = World(source, rows("a"))
    world.lose("a")
    world.references.clear()
    assert [step.item.name for step in run.plan(world.job()).deleted.first] == ["a"]
    result = world.migrate()
    assert result.complete
    assert result.states[State.DELETED].files == 1


def test_a_file_that_comes_back_is_moved(source: ObjectStore) -> None:
    world = World(source, rows("a"))
    world.lose("a")
    filled(source, {"a": b"again"})
    assert world.migrate().complete
    assert contents(world.target) == {"a": b"again", "b": b"2"}


def test_what_was_settled_as_deleted_is_moved_if_it_comes_back(source: ObjectStore) -> None:
    world = World(source, ())
    world.lose("a")
    assert world.migrate().complete
    assert world.state("a") is State.DELETED
    filled(source, {"a": b"again"})
    assert world.migrate().complete
    assert contents(world.target)["a"] == b"again"


def test_a_row_that_names_it_again_opens_the_move_again(source: ObjectStore) -> None:
    world = World(source, ())
    world.lose("a")
    assert world.migrate().complete
    world.references.extend(rows("a"))
    assert not world.migrate().complete
    assert world.state("a") is State.VANISHED


def test_nothing_is_called_deleted_while_some_rows_are_not_read(source: ObjectStore) -> None:
    world = World(source, rows("a"))
    world.lose("a")
    world.references.clear()
    world.rows_are_all = False
    assert not world.migrate().complete
    assert world.state("a") is State.VANISHED


def test_a_run_that_was_killed_before_it_came_to_the_file_has_seen_it_too(source: ObjectStore) -> None:
    world = World(source, rows("a"))

    def killed(work: Job, to_do: Tally) -> CopyResult:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.migrate(world.job(), copying=killed)
    assert world.state("a") is State.PENDING
    source.delete("a")
    assert not world.migrate().complete
    assert world.state("a") is State.VANISHED


def test_a_copy_that_both_sides_have_lost_since_is_not_missing_from_the_beginning(source: ObjectStore) -> None:
    world = World(source, rows("a"))
    assert world.migrate().complete
    source.delete("a")
    assert world.migrate().complete, "the target holds it"
    world.target.delete("a")
    result = world.migrate()
    assert not result.complete
    assert world.state("a") is State.VANISHED


def test_a_conflict_ends_with_the_file_and_its_row(source: ObjectStore) -> None:
    world = World(source, rows("a"))
    world.target.put("a", b"theirs")
    assert not world.migrate().complete
    source.delete("a")
    world.references.clear()
    assert world.migrate().complete
    assert world.state("a") is State.DELETED
    assert contents(world.target)["a"] == b"theirs"


def test_damage_at_the_target_is_never_called_a_deletion(source: ObjectStore) -> None:
    world = World(source, ())
    assert world.migrate().complete
    damaged = FaultyStore(world.target)
    world.target.put("a", b"x")
    assert run.verify(replace(world.job(), target=damaged)).not_verified == 1
    source.delete("a")
    assert not world.migrate().complete
    assert world.state("a") is State.FAILED


def test_an_object_that_came_since_the_listing_is_not_deleted() -> None:
    class Late(MemoryStore):
        """Lists nothing of what ``head`` knows: it came since."""

        def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
            return iter(())

    late = Late("source")
    world = World(late, rows("a"))
    world.journal.plan(planned(memory({"a": b"1"})))
    world.references.clear()
    late.put("a", b"1")
    assert run.plan(world.job()).deleted.count == 0


def planned(source: ObjectStore) -> list[Step]:
    steps: list[Step] = []
    run.plan(job(source, memory(name="target")), each=steps.append)
    return steps
