"""Copies held against a listing: wherever pages end and whatever lies in between, the answer is the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from medialift.move import glance
from medialift.move.glance import glances
from medialift.move.journal import Copies, Copy
from medialift.stores.base import Line
from medialift.types import State

T = TypeVar("T")

KEYS = st.sampled_from([f"{number:02}" for number in range(12)])
LINES = st.tuples(KEYS, st.just(3), st.sampled_from(["x", "y", None]), st.none())
STATES = st.sampled_from([State.COPIED, State.COPIED, State.VERIFIED, State.FAILED])


def paged(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (things[start : start + size] for start in range(0, len(things), size))


def sorted_copies(found: Sequence[tuple[Line, State]]) -> list[Copy]:
    in_order = sorted(found, key=lambda pair: pair[0][0])
    return [Copy(number, f"name {number}", line, int(state)) for number, (line, state) in enumerate(in_order, start=1)]


TWIN = (("00", 3, "x", None), State.COPIED)


@given(st.lists(st.tuples(LINES, STATES)), st.lists(LINES), st.integers(1, 5), st.integers(1, 5), st.booleans())
@example([TWIN, TWIN, TWIN], [TWIN[0]], 1, 1, False)
@example([TWIN, (("00", 3, "y", None), State.COPIED)], [TWIN[0]], 2, 1, False)
def test_each_copy_is_settled_by_its_own_line_alone(
    found: list[tuple[Line, State]], listed: list[Line], page: int, listing_page: int, rereads: bool
) -> None:
    copies, objects = sorted_copies(found), {line[0]: line for line in listed}
    listing = sorted(objects.values())
    settled, doubts = list[Copy](), dict[Copy, Line | None]()
    for seen, doubted in glances(
        map(Copies.of, paged(copies, page)),
        paged(listing, listing_page),
        (lambda name: name.endswith("3")) if rereads else None,
    ):
        settled += seen
        doubts.update(doubted)
    assert sorted([*settled, *doubts]) == copies
    for copy in copies:
        is_well = copy.line == objects.get(copy.line[0]) and copy.line[2] is not None and copy.state != State.FAILED
        assert (copy in settled) is (is_well and not (rereads and copy.name.endswith("3")))
    assert all(line == objects.get(copy.line[0]) for copy, line in doubts.items())


@pytest.mark.parametrize("extra", [0, 1, 999, 2500])
def test_a_foreign_object_is_passed_and_whole_pages_are_settled_at_once_again(extra: int) -> None:
    lines: list[Line] = [(f"{number:05}", 3, "x", None) for number in range(6000)]
    copies = [Copy(number, line[0], line, int(State.COPIED)) for number, line in enumerate(lines)]
    listing = sorted([*lines, (f"{extra:05}-foreign", 3, "x", None)])
    pages = map(Copies.of, paged(copies, 2000))
    told = list(glances(pages, paged(listing, 1000), None))
    assert [copy for seen, _ in told for copy in seen] == copies
    assert not any(doubts for _, doubts in told)
    assert len(told[-1][0]) == 2000


def test_a_page_that_is_as_it_should_be_is_not_looked_at_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glance, "_doubts", None)
    lines: list[Line] = [(f"{number:05}", 3, "x", None) for number in range(50)]
    copies = [Copy(number, line[0], line, int(State.COPIED)) for number, line in enumerate(lines)]
    told = list(glances(map(Copies.of, paged(copies, 20)), paged(lines, 7), None))
    assert [list(seen) for seen, _ in told] == [copies[:20], copies[20:40], copies[40:]]
