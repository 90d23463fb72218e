from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medialift.errors import CredentialsError, LedgerError, NoSpaceError, RefusedError
from medialift.keys import key_for
from medialift.move import again, listings, run
from medialift.move.journal import Tally
from medialift.move.memory_journal import MemoryJournal
from medialift.move.values import Job, Progress, Stage
from medialift.stores.base import HasBulkLane, ObjectStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.probe.values import FOLDER
from medialift.stores.wrappers.base import Wrapper
from medialift.stores.wrappers.trace import CallCounter, TraceStore
from medialift.testing.faults import Fail, FaultyStore
from medialift.types import Action, ObjectInfo, Proof, Reference, State, Step
from tests.move.worlds import ASCII, FIELD, OPAQUE, QUICK, contents, disk, filled, job, memory, rows

FILES = {
    "photos/a.jpg": b"aaa",
    "photos/été.jpg": b"bb",
    "photos/e\u0301te\u0301.jpg": b"cc",
    "日本/😀 %#?&+.png": b"d" * 3000,
    "empty.txt": b"",
    "thumbs/large.bin": os.urandom(200_000),
}
"""The last one is named by no row."""
NAMED = list(FILES)[:-1]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(again, "FIRST_REST", 0.0001)


# ── the whole move ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("traits", [MEMORY_TRAITS, OPAQUE, ASCII, replace(MEMORY_TRAITS, sorted_listing=False)])
def test_everything_arrives_is_proved_and_counted(tmp_path: Path, traits: Any) -> None:
    source, target = disk(tmp_path / "media", FILES), MemoryStore(traits=traits)
    work = job(source, target, rows(*NAMED, "gone.jpg"))
    result = run.migrate(work)
    assert result.complete
    assert result.states == {
        State.VERIFIED: Tally(len(FILES), sum(map(len, FILES.values()))),
        State.MISSING_AT_BASELINE: Tally(1, 0),
    }
    assert contents(target) == {key_for(name, traits.key_rules): data for name, data in FILES.items()}
    assert contents(source) == FILES


def test_a_second_run_finds_nothing_to_do_and_only_lists(tmp_path: Path) -> None:
    target, counter = memory(), CallCounter()
    work = job(disk(tmp_path / "media", FILES), TraceStore(target, counter), rows(*NAMED))
    run.migrate(work)
    counter.calls.clear()
    result = run.migrate(work)
    assert result.complete
    assert result.verify is not None
    assert result.verify.verified == result.states[State.VERIFIED]
    # One look whether it can be listed, and the plan's: what that one sees is verified by it.
    assert counter.calls == {"list": 2}


def after_a_move(tmp_path: Path) -> tuple[Job, ObjectStore, MemoryStore, CallCounter]:
    source, target, counter = disk(tmp_path / "media", FILES), memory(), CallCounter()
    work = job(source, TraceStore(target, counter), rows(*NAMED))
    run.migrate(work)
    counter.calls.clear()
    return work, source, target, counter


def test_what_the_source_lost_since_is_verified_by_a_listing_of_its_own(tmp_path: Path) -> None:
    work, source, target, counter = after_a_move(tmp_path)
    source.delete("thumbs/large.bin")
    target.delete("thumbs/large.bin")
    result = run.migrate(work)
    assert counter.calls["list"] == 3
    assert result.verify is not None
    assert [failure.name for failure in result.verify.failures] == ["thumbs/large.bin"]


def test_a_copy_that_was_never_verified_is_verified_by_a_listing_of_its_own(tmp_path: Path) -> None:
    source, target, counter = disk(tmp_path / "media", FILES), memory(), CallCounter()
    work = job(source, TraceStore(target, counter), rows(*NAMED))
    run.copy(work)
    counter.calls.clear()
    result = run.migrate(work)
    assert counter.calls["list"] == 3
    assert result.states[State.VERIFIED].files == len(FILES)


def test_a_plan_that_was_stopped_verifies_nothing(tmp_path: Path) -> None:
    work, _, _, _ = after_a_move(tmp_path)
    work.stop.set()
    assert run.migrate(work).verify is None


def test_a_new_file_costs_one_request_and_a_thousand_are_verified_by_one() -> None:
    class Paged(MemoryStore):
        """Counts the requests that a service with pages of 1,000 would see."""

        requests = 0

        def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
            for number, info in enumerate(super().list(prefix, after=after)):
                self.requests += number % 1000 == 0
                yield info

    files = {f"{number:05}": b"%d" % number for number in range(2500)}
    target, counter = Paged(), CallCounter()
    result = run.migrate(job(memory(files), TraceStore(target, counter)))
    assert result.complete
    assert {name: calls for name, calls in counter.calls.items() if name != "list"} == {"put": 2500}
    assert target.requests == 3


def test_files_of_an_earlier_sync_are_adopted_and_different_ones_left_alone() -> None:
    source = memory({"same": b"1" * 10, "other": b"2" * 10, "longer": b"3" * 11, "new": b"4"})
    target = memory({"same": b"1" * 10, "other": b"0" * 10, "longer": b"3" * 10, "own": b"theirs"}, name="target")
    before, counter = contents(target), CallCounter()
    work = job(source, TraceStore(target, counter))
    summary = run.plan(work)
    assert {action: tally.files for action, tally in summary.actions.items()} == {
        Action.ADOPT: 1,
        Action.CONFLICT: 2,
        Action.COPY: 1,
    }
    assert "put" not in counter.calls
    result = run.migrate(work)
    assert not result.complete
    assert {state: tally.files for state, tally in result.states.items()} == {State.VERIFIED: 2, State.CONFLICT: 2}
    assert result.copy.adopted == Tally(1, 10)
    assert contents(target) == {**before, "new": b"4"}


def test_a_final_pass_copies_only_what_changed_since(tmp_path: Path) -> None:
    source, target, counter = disk(tmp_path / "media", FILES), memory(), CallCounter()
    work = job(source, TraceStore(target, counter), rows(*NAMED))
    run.migrate(work)
    filled(source, {"photos/a.jpg": b"aaa, changed", "late.jpg": b"late"})
    source.delete("empty.txt")
    counter.calls.clear()
    result = run.migrate(work)
    assert result.complete
    assert counter.calls["put"] == 2
    assert contents(target) == {**FILES, "photos/a.jpg": b"aaa, changed", "late.jpg": b"late"}


def test_a_new_disk_with_the_same_files_is_not_sent_again(tmp_path: Path) -> None:
    target, journal, counter = memory(), MemoryJournal(), CallCounter()
    run.migrate(job(disk(tmp_path / "old", FILES), target, journal=journal))
    result = run.migrate(job(disk(tmp_path / "new", FILES), TraceStore(target, counter), journal=journal))
    assert result.complete
    assert result.copy.adopted.files == len(FILES)
    assert "put" not in counter.calls


def test_what_somebody_deleted_at_the_target_is_copied_again(tmp_path: Path) -> None:
    target = memory()
    work = job(disk(tmp_path / "media", FILES), target)
    run.migrate(work)
    target.delete("photos/a.jpg")
    assert run.migrate(work).complete
    assert contents(target) == FILES


def test_damage_that_a_deep_verification_finds_is_repaired_by_the_next_run() -> None:
    source, target = memory({"a": b"one", "b": b"two"}), memory(name="target")
    work = job(source, target)
    run.migrate(work)
    target._objects["a"] = replace(target._objects["a"], data=b"0ne")
    assert run.verify(work).not_verified == 0
    found = run.verify(work, deep=True)
    assert (found.not_verified, found.failures[0].name, found.reread) == (1, "a", 2)
    assert run.migrate(work).complete
    assert contents(target) == {"a": b"one", "b": b"two"}
    assert run.verify(work, deep=True).verified.files == 2


def test_only_the_referenced_files_if_that_is_asked_for() -> None:
    source, target = memory(FILES), memory(name="target")
    work = job(source, target, rows(*NAMED), unreferenced=False)
    summary = run.plan(work)
    assert summary.left_out == Tally(1, 200_000)
    assert run.migrate(work).complete
    assert set(contents(target)) == set(NAMED)


def test_referenced_files_go_first() -> None:
    order: list[str] = []

    class Noting(MemoryStore):
        def put(self, key: str, *args: Any, **more: Any) -> Any:
            order.append(key)
            return super().put(key, *args, **more)

    files = {f"{number:03}": b"x" for number in range(200)}
    named = [name for name in files if int(name) % 2]
    run.copy(job(memory(files), Noting(), rows(*named)))
    assert set(order[:100]) == set(named)


def test_a_file_that_appears_under_another_spelling_is_found_on_a_disk_that_ignores_case(tmp_path: Path) -> None:
    class IgnoresCase(Wrapper):
        def head(self, key: str) -> ObjectInfo:
            return replace(self.inner.head(key.lower()), key=key)

        def get(self, key: str, **more: Any) -> Any:
            return self.inner.get(key.lower(), **more)

        def is_being_written(self, key: str) -> bool:
            return False

    source, target = IgnoresCase(disk(tmp_path / "media", {"cat.jpg": b"cat"})), memory()
    work = job(source, target, rows("Cat.jpg", "cat.jpg"))
    summary = run.plan(work)
    assert summary.collisions.first == [("Cat.jpg", "cat.jpg")]
    assert not summary.way_back.is_open
    assert run.migrate(work).complete
    assert contents(target) == {"Cat.jpg": b"cat", "cat.jpg": b"cat"}


def test_names_that_the_source_could_not_hold_close_the_way_back(tmp_path: Path) -> None:
    long = "x" * 300
    summary = run.plan(job(disk(tmp_path / "media", FILES), memory({long: b""})))
    assert list(summary.way_back.reasons.values()) == [long]


def test_names_that_the_target_cannot_hold_are_told_and_the_rest_is_moved(tmp_path: Path) -> None:
    long = "x" * 300
    result = run.migrate(job(memory({long: b"1", "a": b"2"}), disk(tmp_path / "target")))
    assert not result.complete
    assert {state: tally.files for state, tally in result.states.items()} == {
        State.VERIFIED: 1,
        State.NAME_INVALID_AT_TARGET: 1,
    }


def test_what_a_killed_probe_left_in_a_bucket_is_not_brought_home() -> None:
    source = filled(memory(), {"a.jpg": b"a", f"{FOLDER}/f3/odd": b"x", f"{FOLDER}.jpg": b"y"})
    target = memory(name="target")
    assert run.migrate(job(source, target)).complete
    assert contents(target) == {"a.jpg": b"a", f"{FOLDER}.jpg": b"y"}


def test_objects_of_the_source_that_no_name_makes_are_told() -> None:
    summary = run.plan(job(filled(MemoryStore(traits=ASCII), {"=41;": b"", "a": b""}), memory()))
    assert summary.foreign.first == ["=41;"]


# ── lists ────────────────────────────────────────────────────────────────────────────────────


def test_missing_and_orphans_are_lists_only() -> None:
    counter = CallCounter()
    work = job(TraceStore(memory(FILES), counter), memory(name="target"), rows(*NAMED, "gone.jpg"))
    assert list(listings.missing(work)) == [Reference("gone.jpg", FIELD, str(len(NAMED) + 1))]
    assert [info.key for info in listings.orphans(work)] == ["thumbs/large.bin"]
    assert counter.calls == {"list": 2}


def test_orphans_of_an_escaping_store_are_told_by_name() -> None:
    source = filled(MemoryStore(traits=ASCII), {"e=e9;": b""})
    assert [info.key for info in listings.orphans(job(source, memory()))] == ["é"]


# ── the dry run ──────────────────────────────────────────────────────────────────────────────


class ReadOnlyJournal(MemoryJournal):
    def plan(self, steps: Any) -> None:
        raise LedgerError("a dry run wrote to the ledger")

    def record(self, outcomes: Any) -> None:
        raise LedgerError("the database is read-only")


def test_a_dry_run_writes_nothing_and_shows_each_step() -> None:
    counter, steps = CallCounter(), list[Step]()
    target = TraceStore(memory({"photos/a.jpg": b"aaa"}, name="target"), counter)
    summary = run.plan(job(memory(FILES), target, rows(*NAMED), journal=ReadOnlyJournal()), each=steps.append)
    assert [step.item.name for step in steps] == sorted(FILES, key=str.encode)
    assert summary.actions[Action.ADOPT] == Tally(1, 3)
    assert summary.fields[FIELD].files == len(NAMED)
    assert (summary.source_objects, summary.target_objects) == (len(FILES), 1)
    assert set(counter.calls) == {"list"}


def test_requests_for_parts_are_counted() -> None:
    target = MemoryStore(traits=replace(MEMORY_TRAITS, part_size=30_000, multipart_threshold=60_000))
    assert run.plan(job(memory(FILES), target)).parts == 7 + 1


def test_a_plan_that_was_stopped_says_so() -> None:
    stop = threading.Event()
    stop.set()
    assert run.plan(job(memory(FILES), memory(name="target"), stop=stop)).stopped


# ── when something is wrong ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("verb", [run.plan, run.copy, run.migrate])
def test_a_pair_that_makes_no_sense_is_refused_before_anything_is_written(verb: Any) -> None:
    store = memory(FILES)
    with pytest.raises(RefusedError):
        verb(job(store, store, journal=ReadOnlyJournal()))


def test_a_full_store_ends_the_run_and_the_next_one_finishes() -> None:
    target = FaultyStore(memory(name="target"))
    target.stage("put", Fail(NoSpaceError), call=3, times=None)
    journal = MemoryJournal()
    limits = replace(QUICK, workers=1)
    with pytest.raises(NoSpaceError):
        run.migrate(job(memory(FILES), target, journal=journal, limits=limits))
    assert journal.tallies()[State.COPIED].files == 2
    counter = CallCounter()
    roomier = TraceStore(target.inner, counter)
    assert run.migrate(job(memory(FILES), roomier, journal=journal, limits=limits)).complete
    assert counter.calls["put"] == len(FILES) - 2


def test_credentials_revoked_midway_end_the_run_and_the_next_one_finishes() -> None:
    files = {f"{number:03}": b"x" for number in range(300)}
    target = FaultyStore(memory(name="target"))
    target.stage("put", Fail(CredentialsError), call=100, times=None)
    journal = MemoryJournal()
    with pytest.raises(CredentialsError):
        run.migrate(job(memory(files), target, journal=journal))
    assert run.migrate(job(memory(files), target.inner, journal=journal)).complete
    assert contents(target.inner) == files


def test_a_ledger_that_cannot_be_written_ends_the_run_and_no_thread_stays() -> None:
    class BreaksLater(MemoryJournal):
        calls = 0

        def record(self, outcomes: Any) -> None:
            self.calls += 1
            if self.calls > 3:
                raise LedgerError("the database is read-only")
            super().record(outcomes)

    files = {f"{number:03}": b"x" for number in range(300)}
    journal, target = BreaksLater(), memory(name="target")
    with pytest.raises(LedgerError):
        run.migrate(job(memory(files), target, journal=journal))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("medialift-")]
    journal.calls = -1000
    assert run.migrate(job(memory(files), target, journal=journal)).complete


# ── stop, progress, lanes ────────────────────────────────────────────────────────────────────


def test_a_stopped_move_says_so_and_goes_on_later() -> None:
    files = {f"{number:04}": b"x" for number in range(1000)}
    stop, target, journal = threading.Event(), memory(name="target"), MemoryJournal()

    def tell(progress: Progress) -> None:
        if progress.stage is Stage.COPY:
            stop.set()

    first = run.migrate(job(memory(files), target, journal=journal, stop=stop, tell=tell))
    assert first.stopped
    assert not first.complete
    assert first.verify is None
    assert 0 < first.copy.copied.files < 1000
    assert len(contents(target)) == first.copy.copied.files
    counter = CallCounter()
    second = run.migrate(job(memory(files), TraceStore(target, counter), journal=journal))
    assert second.complete
    assert counter.calls["put"] == 1000 - first.copy.copied.files


def test_progress_ends_at_its_totals() -> None:
    told: dict[Stage, Progress] = {}

    def tell(progress: Progress) -> None:
        told[progress.stage] = progress

    run.migrate(job(memory(FILES), memory(name="target"), tell=tell))
    size = sum(map(len, FILES.values()))
    for stage in (Stage.COPY, Stage.VERIFY):
        done = told[stage]
        assert (done.files, done.files_total, done.bytes, done.bytes_total) == (len(FILES), len(FILES), size, size)


def test_the_bulk_lane_does_the_work_and_is_closed() -> None:
    class Lane(Wrapper):
        closed = False

        def close(self) -> None:
            self.closed = True

    class WithLane(MemoryStore):
        def bulk_lane(self, *, connections: int) -> ObjectStore:
            lanes.append(Lane(memory(name="lane")))
            assert connections == QUICK.workers
            return lanes[-1]

    lanes: list[Lane] = []
    target = WithLane("target")
    assert isinstance(target, HasBulkLane)
    run.copy(job(memory(FILES), target))
    (lane,) = lanes
    assert contents(lane.inner) == FILES
    assert contents(target) == {}
    assert lane.closed


def test_the_bandwidth_is_kept() -> None:
    files = {f"{number}": os.urandom(20_000) for number in range(10)}
    result = run.copy(job(memory(files), memory(name="target"), limits=replace(QUICK, bandwidth=400_000)))
    assert result.copied.files == 10
    assert 0.45 <= result.elapsed < 2


def test_two_movers_at_once_do_no_harm() -> None:
    files = {f"{number:03}": os.urandom(500) for number in range(400)}
    source, target, journal = memory(files), memory(name="target"), MemoryJournal()
    results: list[Any] = []
    movers = [
        threading.Thread(target=lambda: results.append(run.copy(job(source, target, journal=journal))))
        for _ in range(2)
    ]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join()
    assert len(results) == 2
    assert contents(target) == files
    assert run.migrate(job(source, target, journal=journal)).complete


def test_a_sample_that_is_clean_states_its_bound() -> None:
    files = {f"{number:04}": b"x" for number in range(400)}
    work = job(memory(files), memory(name="target"))
    run.migrate(work)
    result = run.verify(work, sample=30)
    assert (result.reread, result.verified.files) == (30, 400)
    assert result.bound == pytest.approx(0.1)
    assert run.verify(work).bound is None
    assert run.verify(work, deep=True).reread == 400
    # What was read last time is not counted as read this time.
    assert run.verify(work, sample=30).reread == 30
    assert run.verify(work).reread == 0


def test_proofs_only_get_stronger() -> None:
    work = job(memory({"a": b"1"}), memory(name="target"))
    run.migrate(work)
    run.verify(work, deep=True)
    run.verify(work)
    (evidence,) = work.journal.evidence()
    assert evidence.proof is Proof.READ_BACK


class ListedBefore(Wrapper):
    """Its listing for the plan was asked for before *meanwhile* happened, and is read after it."""

    listings = 0

    def __init__(self, inner: ObjectStore, meanwhile: Callable[[], object]) -> None:
        super().__init__(inner)
        self._meanwhile = meanwhile

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        listed = list(super().list(prefix, after=after))
        self.listings += 1
        if self.listings == 2:  # the first only tried whether the store can be read
            self._meanwhile()
        return iter(listed)


def test_what_a_second_mover_sends_during_the_listing_stays_done() -> None:
    source, target, journal = memory({"a": b"1", "b": b"22"}), memory(name="target"), MemoryJournal()
    second = replace(job(source, target), journal=journal)
    planned: list[Mapping[State, Tally]] = []

    def tell(progress: Progress) -> None:
        if progress.stage is Stage.PLAN:
            planned.append(journal.tallies())

    first = replace(job(source, ListedBefore(target, lambda: run.migrate(second))), journal=journal, tell=tell)
    result = run.migrate(first)
    assert result.complete
    assert planned[-1] == {State.VERIFIED: Tally(2, 3)}, "never to be done again, not even for a moment"
    assert result.copy.copied == result.copy.adopted == Tally()


def test_what_is_really_gone_from_the_target_is_sent_again() -> None:
    work = job(memory({"a": b"1", "b": b"22"}), memory(name="target"))
    run.migrate(work)
    work.target.delete("b")
    result = run.migrate(work)
    assert result.complete
    assert result.copy.copied == Tally(1, 2)
