from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.downloads.ranges import Range, UnsatisfiableError, ranges_of


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-0", [(0, 0)]),
        ("bytes=0-", [(0, 99)]),
        ("bytes=10-19", [(10, 19)]),
        ("bytes=90-1000", [(90, 99)]),
        ("bytes=-1", [(99, 99)]),
        ("bytes=-1000", [(0, 99)]),
        ("Bytes = 1-2", [(1, 2)]),
        ("bytes=0-1, 5-6 ,-3", [(0, 1), (5, 6), (97, 99)]),
        ("bytes=0-1,200-300", [(0, 1)]),
        ("bytes=,0-1,", [(0, 1)]),
    ],
)
def test_ranges_are_read_as_written(header: str, found: list[tuple[int, int]]) -> None:
    assert ranges_of(header, 100) == [Range(*pair) for pair in found]


@pytest.mark.parametrize(
    "header",
    ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=1-2-3", "bytes=--1", "pages=1-2", "bytes=1 -2",
     "bytes=0-99,0-99", "bytes=" + ",".join(["0-0"] * 17), "bytes=٣-٤", "bytes=" + "9" * 5000 + "-"],
)  # fmt: skip
def test_what_cannot_be_read_or_asks_too_much_is_ignored(header: str) -> None:
    assert ranges_of(header, 100) == []


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-0", 0), ("bytes=-5", 0)]
)
def test_a_range_outside_is_told(header: str, size: int) -> None:
    with pytest.raises(UnsatisfiableError):
        ranges_of(header, size)


@given(st.text("bytes=-,0123456789 \t", max_size=30), st.integers(0, 200))
def test_nothing_ever_leads_out_of_the_file(words: str, size: int) -> None:
    try:
        found = ranges_of("bytes=" + words, size)
    except UnsatisfiableError:
        return
    assert all(0 <= one.start <= one.end < size for one in found)
    assert sum(one.length for one in found) <= max(size, 1)
