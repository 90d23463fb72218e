from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medialift.move.journal import Tally
from medialift.move.shards import ShardSize, cut

SIZES = st.lists(st.integers(0, 50), max_size=200)


@given(SIZES, st.integers(1, 30), st.integers(1, 200))
def test_every_item_is_in_exactly_one_part(sizes: list[int], files: int, octets: int) -> None:
    items = [(3 * number + 1, size) for number, size in enumerate(sizes)]
    parts = list(cut(items, ShardSize(files, octets)))
    covered = [number for part in parts for number, _ in items if part.first <= number <= part.last]
    assert covered == [number for number, _ in items]
    assert sum((part.amount for part in parts), Tally()) == Tally(len(items), sum(sizes))


@given(SIZES, st.integers(1, 30), st.integers(1, 200))
def test_no_part_is_larger_than_it_may_be_but_for_one_large_file(sizes: list[int], files: int, octets: int) -> None:
    for part in cut(enumerate(sizes, start=1), ShardSize(files, octets)):
        assert part.amount.files <= files
        assert part.amount.bytes <= octets or part.amount.files == 1


def test_an_empty_move_has_no_parts() -> None:
    assert list(cut([], ShardSize())) == []
