from __future__ import annotations

import pytest

from medialift.move.values import Progress, Stage
from medialift.report.pace import WINDOW_SECONDS, Pace, Pacer, share

MIB = 1024 * 1024


def at(elapsed: float, files: int, octets: int, files_total: int = 0, bytes_total: int = 0) -> Progress:
    return Progress(Stage.COPY, files, files_total, octets, bytes_total, 0, elapsed)


def last_pace(*seen: Progress) -> Pace:
    pacer = Pacer()
    return [pacer.measure(progress) for progress in seen][-1]


def test_the_share_is_of_bytes_and_of_files_where_there_are_no_bytes() -> None:
    assert share(at(0, 1, 75, 2, 100)) == 0.75
    assert share(at(0, 1, 0, 2, 0)) == 0.5
    assert share(at(0, 7, 0)) == 0.0


def test_a_source_that_grows_never_shows_more_than_everything() -> None:
    assert share(at(0, 3, 0, 2)) == 1.0


def test_rate_and_time_left_follow_the_bytes_of_large_files() -> None:
    pace = last_pace(at(0, 0, 0, 10, 100 * MIB), at(2, 5, 20 * MIB, 10, 100 * MIB))
    assert pace.bytes == 10 * MIB
    assert pace.left == pytest.approx(8.0)


def test_time_left_follows_the_number_of_small_files() -> None:
    pace = last_pace(at(0, 0, 0, 1000, 100), at(1, 100, 90, 1000, 100))
    assert pace.left == pytest.approx(9.0)


def test_the_rate_forgets_what_was_longer_ago_than_the_window() -> None:
    done = 1000 * MIB
    pace = last_pace(at(0, 0, 0), at(1, 9, done), at(WINDOW_SECONDS, 9, done), at(2 * WINDOW_SECONDS, 9, done))
    assert pace.bytes == 0.0


def test_nothing_is_promised_before_anything_moved_or_while_the_total_is_unknown() -> None:
    assert last_pace(at(0, 0, 0, 10, 100)).left is None
    assert last_pace(at(0, 0, 0, 10, 100), at(5, 0, 0, 10, 100)).left is None
    assert last_pace(at(0, 0, 0), at(1, 100, 100)).left is None


def test_memory_stays_flat_however_often_it_is_asked() -> None:
    pacer = Pacer()
    for step in range(10_000):
        pacer.measure(at(step / 1000, step, step))
    assert len(pacer._samples) <= 101
