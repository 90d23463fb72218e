from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.move.journal import Tally
from medialift.move.shards import LEAST, SPREAD, ShardSize, cut, even, tapering

SIZES = st.lists(st.integers(0, 50), max_size=200)


@given(SIZES, st.integers(1, 30), st.integers(1, 200))
def test_every_item_is_in_exactly_one_part(sizes: list[int], files: int, octets: int) -> None:
    items = [(3 * number + 1, size) for number, size in enumerate(sizes)]
    parts = list(cut(items, even(ShardSize(files, octets))))
    covered = [number for part in parts for number, _ in items if part.first <= number <= part.last]
    assert covered == [number for number, _ in items]
    assert sum((part.amount for part in parts), Tally()) == Tally(len(items), sum(sizes))


@given(SIZES, st.integers(1, 30), st.integers(1, 200))
def test_no_part_is_larger_than_it_may_be_but_for_one_large_file(sizes: list[int], files: int, octets: int) -> None:
    for part in cut(enumerate(sizes, start=1), even(ShardSize(files, octets))):
        assert part.amount.files <= files
        assert part.amount.bytes <= octets or part.amount.files == 1


def test_an_empty_move_has_no_parts() -> None:
    assert list(cut([], even(ShardSize()))) == []


def tapered(count: int, octets: int) -> list[Tally]:
    amount = Tally(count, count * octets)
    return [part.amount for part in cut(((number, octets) for number in range(1, count + 1)), tapering(amount))]


@pytest.mark.parametrize("octets", [20_000, 3_000_000])
def test_parts_get_smaller_towards_the_end(octets: int) -> None:
    parts = tapered(100_000, octets)
    assert sum(parts, Tally()) == Tally(100_000, 100_000 * octets)
    assert parts == sorted(parts, key=lambda part: -part.files)
    most, least = ShardSize(), LEAST
    assert parts[0].files <= most.files
    assert parts[0].bytes <= most.bytes
    assert parts[-2].files <= least.files
    assert len(parts) < 400


@pytest.mark.parametrize("workers", [2, 4, 8, 16])
def test_no_worker_is_long_at_work_alone(workers: int) -> None:
    """Each takes the next part when it is done with one."""
    busy = [0] * workers
    for part in tapered(SPREAD * LEAST.files * 8, 20_000):
        first = busy.index(min(busy))
        busy[first] += part.files
    assert max(busy) - min(busy) <= LEAST.files
