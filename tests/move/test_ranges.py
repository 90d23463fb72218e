"""The ledger's copies and the listing beside them: nothing is missed, however the listing is read."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from itertools import chain, islice
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.errors import StoreError, UnavailableError
from medialift.move import ranges
from medialift.move.glance import glances
from medialift.move.journal import Copies, Copy
from medialift.move.ranges import AHEAD, AT_ONCE, DEPTH, FAR, beside
from medialift.stores.base import Line
from medialift.stores.memory import MemoryStore
from medialift.types import State

DISTANCE = 2 * FAR
"""Seconds that a page of a far store takes."""


class Paged(MemoryStore):
    """Lists *keys* in pages of *size*, each takes *distance* (seconds); may not know how to begin *after* one."""

    def __init__(self, keys: Sequence[str], size: int, distance: float = 0.0, *, knows_after: bool = True) -> None:
        super().__init__()
        self.keys, self.size, self.distance, self.knows_after = sorted(keys), size, distance, knows_after
        self.asked: list[str] = []
        self.count = self.reading = self.most = 0
        self.is_closed = False
        self._lock = threading.Lock()

    def lister(self) -> Paged:
        return self

    def close(self) -> None:
        self.is_closed = True

    def pages(self, *, after: str = "") -> Generator[Sequence[Line], None, None]:
        self.asked.append(after)
        with self._lock:
            self.reading += 1
            self.most = max(self.most, self.reading)
        try:
            rest = iter([line(key) for key in self.keys if key > after or not self.knows_after])
            while page := list(islice(rest, self.size)):
                time.sleep(self.distance)
                self.count += 1
                yield page
        finally:
            with self._lock:
                self.reading -= 1


def line(key: str) -> Line:
    return key, 1, f"etag of {key}", None


def copies(keys: Sequence[str], size: int) -> Iterator[Copies]:
    rest = (Copy(number, f"name {key}", line(key), int(State.COPIED)) for number, key in enumerate(sorted(keys)))
    while page := list(islice(rest, size)):
        yield Copies.of(page)


def listed(store: Paged, known: Sequence[str], size: int = 10) -> list[str]:
    """What is listed beside *known*, page by page, up to the last of them."""
    found: list[str] = []
    with beside(copies(known, size), store) as (pages, listing):
        for page in pages:
            while (not found or found[-1] < page.lines[-1][0]) and (more := next(listing, None)):
                found += [key for key, *_ in more]
        found += [key for key, *_ in chain.from_iterable(listing)]
    return found


def names(count: int) -> list[str]:
    return [f"{number:05}" for number in range(count)]


def test_a_far_listing_is_read_in_several_places_at_once() -> None:
    store = Paged(names(100), 5, DISTANCE)
    assert listed(store, names(100)) == names(100)
    assert store.asked == ["", *names(100)[9:99:10]]
    assert store.count == 20
    assert 1 < store.most <= AT_ONCE


def test_a_near_one_in_one_go() -> None:
    store = Paged(names(100), 5)
    assert listed(store, names(100)) == names(100)
    assert store.asked == ["", "00009"]
    assert store.count == 20


def test_where_a_service_knows_no_beginning_the_rest_is_one_listing() -> None:
    store = Paged(names(500), 50, DISTANCE, knows_after=False)
    assert listed(store, names(500), 10) == names(500)
    assert len(store.asked) <= AT_ONCE + 2


def test_what_is_in_no_ledger_is_in_the_listing_up_to_the_last_copy() -> None:
    store = Paged([*names(100), "00020 stray", "00099 stray", "0"], 7, DISTANCE)
    assert listed(store, names(100)) == sorted([*names(100), "00020 stray", "0"])


def test_nothing_is_asked_where_there_are_no_copies() -> None:
    store = Paged(names(5), 5)
    assert listed(store, []) == []
    assert store.asked == []


def test_what_fails_fails_where_it_is_read() -> None:
    class Broken(Paged):
        def pages(self, *, after: str = "") -> Generator[Sequence[Line], None, None]:
            yield from super().pages(after=after)
            if after:
                raise UnavailableError("no answer", operation="list")

    store = Broken(names(60)[:35], 10, DISTANCE)
    with beside(copies(names(60), 10), store) as (_, listing):
        assert [len(next(listing)) for _ in range(4)] == [10, 10, 10, 5]
        with pytest.raises(UnavailableError):
            next(listing)


def test_an_order_that_is_broken_is_an_error() -> None:
    class Unsorted(Paged):
        def pages(self, *, after: str = "") -> Generator[Sequence[Line], None, None]:
            for page in super().pages(after=after):
                yield [page[1], page[0], *page[2:]] if after else page

    with pytest.raises(StoreError, match="not sorted"):
        listed(Unsorted(names(60), 10, DISTANCE), names(60))


def test_nothing_is_asked_beyond_the_end_of_the_listing() -> None:
    store = Paged(names(1000)[:35], 10, DISTANCE)
    assert listed(store, names(1000)) == names(1000)[:35]
    assert len(store.asked) <= 3 + AT_ONCE


def test_a_stretch_that_is_missing_takes_no_memory() -> None:
    everything = names(5000)
    store, held, read = Paged([*everything[:25], *everything[4000:]], 10, DISTANCE), 0, 0

    def counted() -> Iterator[Copies]:
        nonlocal read
        for page in copies(everything, 10):
            read += 1
            yield page

    settled: list[str] = []
    doubted = 0
    with beside(counted(), store) as (pages, listing):
        for number, (seen, doubts) in enumerate(glances(pages, listing, None)):
            held = max(held, read - number)
            settled.extend(copy.line[0] for copy in seen)
            doubted += len(doubts)

    assert settled == [*everything[:25], *everything[4000:]]
    assert doubted == 5000 - len(settled)
    assert held <= 2 * AHEAD
    assert len(store.asked) <= 2 * AHEAD


def test_who_stops_early_leaves_nobody_reading() -> None:
    before = threading.active_count()
    store = Paged(names(1000), 5, DISTANCE)
    with beside(copies(names(1000), 10), store) as (_, listing):
        next(listing)
    assert threading.active_count() == before
    assert store.is_closed
    assert store.count <= AT_ONCE * (DEPTH + 2)


def test_no_more_copies_are_read_than_are_listed() -> None:
    read = 0

    def counted() -> Iterator[Copies]:
        nonlocal read
        for page in copies(names(1000), 10):
            read += 1
            yield page

    for distance in (0.0, DISTANCE):
        read = 0
        with beside(counted(), Paged(names(1000), 5, distance)) as (_, listing):
            next(listing)
            assert read <= AT_ONCE


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)), st.integers(1, 9), st.integers(1, 9), st.booleans())
def test_all_that_is_there_is_seen(known: set[int], there: set[int], many: int, size: int, knows_after: bool) -> None:
    ours, theirs = sorted(map(str, known)), sorted(map(str, there))
    store = Paged(theirs, size, 0.0, knows_after=knows_after)
    with mock.patch.object(ranges, "FAR", 0.0), beside(copies(ours, many), store) as (pages, listing):
        seen, doubted = list[str](), list[str]()
        for settled, doubts in glances(pages, listing, None):
            seen.extend(copy.line[0] for copy in settled)
            doubted.extend(copy.line[0] for copy, _ in doubts)

    assert seen == [key for key in ours if key in theirs]
    assert doubted == [key for key in ours if key not in theirs]
