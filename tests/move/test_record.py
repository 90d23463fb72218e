from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from medialift.move.journal import Outcome, Tally
from medialift.move.memory_journal import MemoryJournal
from medialift.move.record import TELL_EVERY, Meter, recording
from medialift.move.values import Limits, Progress, Stage
from medialift.types import Item, NotCopied, State
from tests.move.journal_contract import not_verified, verified


class Noting(MemoryJournal):
    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    def record(self, outcomes: Sequence[Outcome]) -> None:
        self.batches.append(len(outcomes))


def outcome(state: State = State.FAILED) -> NotCopied:
    return NotCopied(Item("a", "a", 1, "f"), state, "because")


def meter(told: list[Progress] | None = None, total: Tally = Tally()) -> Meter:  # noqa: B008 - frozen
    return Meter(Stage.COPY, (told if told is not None else []).append, total)


def test_outcomes_are_written_in_batches_and_none_is_left() -> None:
    journal = Noting()
    with recording(journal, Limits(batch=10, batch_seconds=60), meter()) as recorder:
        for _ in range(25):
            recorder.add(outcome(), 0)
    assert journal.batches == [10, 10, 5]


def test_no_outcome_waits_longer_than_it_may() -> None:
    journal = Noting()
    with recording(journal, Limits(batch=1000, batch_seconds=0.01), meter()) as recorder:
        recorder.add(outcome(), 0)
        time.sleep(0.02)
        recorder.tick()
        assert sum(journal.batches) == 1


def test_what_is_done_is_written_whatever_happens() -> None:
    journal = Noting()

    def break_off() -> None:
        with recording(journal, Limits(batch_seconds=60), meter()) as recorder:
            recorder.add(outcome(), 0)
            raise KeyError

    with pytest.raises(KeyError):
        break_off()
    assert journal.batches == [1]


def test_progress_is_told_now_and_then_and_at_the_end() -> None:
    told: list[Progress] = []
    with recording(Noting(), Limits(batch_seconds=60), meter(told, Tally(100, 300))) as recorder:
        for _ in range(100):
            recorder.add(outcome(State.CONFLICT), 3)
    assert len(told) <= 2
    last = told[-1]
    assert (last.files, last.files_total, last.bytes, last.bytes_total, last.errors) == (100, 100, 300, 300, 100)


def test_only_troubles_count_as_errors() -> None:
    told: list[Progress] = []
    with recording(Noting(), Limits(), meter(told)) as recorder:
        recorder.add(outcome(State.MISSING_AT_BASELINE), 0)
        recorder.add(outcome(State.PENDING), 0)
        recorder.add(verified(), 0)
        recorder.add(not_verified(), 0)
    assert told[-1].errors == 1


def test_bytes_that_were_sent_twice_are_not_twice_as_far() -> None:
    told: list[Progress] = []
    stage = meter(told, Tally(1, 100))
    stage.sent(80)
    stage.sent(80)
    stage.now()
    assert told[-1].bytes == 100


def test_a_meter_tells_no_oftener_than_it_says() -> None:
    told: list[Progress] = []
    stage = meter(told)
    end = time.monotonic() + 3.5 * TELL_EVERY
    while time.monotonic() < end:
        stage.tick()
        time.sleep(0.001)
    assert 3 <= len(told) <= 5


@pytest.mark.parametrize(
    ("files", "bytes_", "elapsed", "remaining"),
    [(0, 0, 5.0, None), (50, 500, 10.0, 10.0), (50, 100, 10.0, 90.0), (100, 1000, 10.0, 0.0), (5, 5, 0.0, None)],
)
def test_the_time_that_remains(files: int, bytes_: int, elapsed: float, remaining: float | None) -> None:
    assert Progress(Stage.COPY, files, 100, bytes_, 1000, 0, elapsed).remaining == remaining
