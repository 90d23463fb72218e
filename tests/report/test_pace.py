from __future__ import annotations

import pytest

from medialift.report.pace import WINDOW_SECONDS, Count, Pacer

MIB = 1024 * 1024


def test_the_share_is_of_bytes_and_of_files_where_there_are_no_bytes() -> None:
    assert Count("copy", files=1, total_files=2, bytes=75, total_bytes=100).share == 0.75
    assert Count("copy", files=1, total_files=2).share == 0.5
    assert Count("copy", files=7).share == 0.0


def test_a_source_that_grows_never_shows_more_than_everything() -> None:
    assert Count("copy", files=3, total_files=2).share == 1.0


def test_rate_and_time_left_follow_the_bytes_of_large_files() -> None:
    pacer = Pacer()
    pacer.measure(Count("copy", 0, 0, 10, 100 * MIB), 0.0)
    pace = pacer.measure(Count("copy", 5, 20 * MIB, 10, 100 * MIB), 2.0)
    assert pace.bytes == 10 * MIB
    assert pace.left == pytest.approx(8.0)


def test_time_left_follows_the_number_of_small_files() -> None:
    pacer = Pacer()
    pacer.measure(Count("copy", 0, 0, 1000, 100), 0.0)
    pace = pacer.measure(Count("copy", 100, 90, 1000, 100), 1.0)
    assert pace.left == pytest.approx(9.0)


def test_the_rate_forgets_what_was_longer_ago_than_the_window() -> None:
    pacer = Pacer()
    pacer.measure(Count("copy", 0, 0), 0.0)
    pacer.measure(Count("copy", 1000, 1000 * MIB), 1.0)
    pacer.measure(Count("copy", 1000, 1000 * MIB), WINDOW_SECONDS)
    pace = pacer.measure(Count("copy", 1000, 1000 * MIB), 2 * WINDOW_SECONDS)
    assert pace.bytes == 0.0


def test_nothing_is_promised_before_anything_moved_or_while_the_total_is_unknown() -> None:
    pacer = Pacer()
    assert pacer.measure(Count("copy", 0, 0, 10, 100), 0.0).left is None
    assert pacer.measure(Count("copy", 0, 0, 10, 100), 5.0).left is None
    unknown = Pacer()
    unknown.measure(Count("list", 0), 0.0)
    assert unknown.measure(Count("list", 100), 1.0).left is None


def test_memory_stays_flat_however_often_it_is_asked() -> None:
    pacer = Pacer()
    for step in range(10_000):
        pacer.measure(Count("copy", step, step), step / 10_000)
    assert len(pacer._samples) <= WINDOW_SECONDS / 0.1
