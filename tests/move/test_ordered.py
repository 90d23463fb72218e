from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.errors import StoreError
from medialift.keys import key_for
from medialift.move.ordered import joined, keeps_names, listed
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.types import KeyRules, ObjectInfo
from tests.move.worlds import ASCII, filled, memory

NAMES = ["a/b.jpg", "a.jpg", "été.jpg", "e\u0301te.jpg", "日本/😀.png", "Z", "z", "=41;"]


class Unsorted(MemoryStore):
    """A store whose listing comes backwards."""

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return reversed(tuple(super().list(prefix, after=after)))


def test_a_plain_store_is_listed_by_its_keys() -> None:
    store = memory(dict.fromkeys(NAMES, b""))
    names = [name for name, _ in listed(store)]
    assert names == sorted(NAMES, key=str.encode)


def test_escaped_keys_come_under_their_names_and_in_order_of_names() -> None:
    rules = ASCII.key_rules
    store = filled(MemoryStore(traits=ASCII), {key_for(name, rules): name.encode() for name in NAMES})
    pairs = list(listed(store))
    assert [name for name, _ in pairs] == sorted(NAMES, key=str.encode)
    assert all(info.key == key_for(name, rules) for name, info in pairs)
    assert all(info.etag and info.fingerprint and info.modified for _, info in pairs)


def test_keys_that_no_name_makes_are_told_and_left_out() -> None:
    store = filled(MemoryStore(traits=ASCII), {"a": b"", "=41;": b""})
    foreign: list[str] = []
    assert [name for name, _ in listed(store, foreign.append)] == ["a"]
    assert foreign == ["=41;"]


def test_an_unsorted_listing_is_sorted_if_the_store_admits_it() -> None:
    store = Unsorted(traits=replace(MEMORY_TRAITS, sorted_listing=False))
    filled(store, dict.fromkeys(NAMES, b"x"))
    assert [name for name, _ in listed(store)] == sorted(NAMES, key=str.encode)


def test_an_unsorted_listing_is_an_error_if_the_store_promised_order() -> None:
    store = filled(Unsorted(), dict.fromkeys(NAMES, b"x"))
    with pytest.raises(StoreError, match="not sorted"):
        list(listed(store))


def test_an_object_that_is_listed_twice_in_a_row_is_one() -> None:
    class Stammering(MemoryStore):
        def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
            return (info for info in super().list(prefix, after=after) for _ in range(2))

    store = filled(Stammering(), dict.fromkeys(NAMES, b"x"))
    assert [name for name, _ in listed(store)] == sorted(NAMES, key=str.encode)


def test_what_a_spooled_listing_says_of_an_object_is_complete() -> None:
    when = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=timezone.utc)
    info = ObjectInfo("a", 3, "etag", when, "print", "v1")

    class One(MemoryStore):
        def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
            return iter([info])

    store = One(traits=replace(MEMORY_TRAITS, sorted_listing=False))
    assert list(listed(store)) == [("a", info)]


@pytest.mark.parametrize(
    ("rules", "plain"),
    [
        (KeyRules(), True),
        (KeyRules(max_bytes=10, max_segment_bytes=5), True),
        (KeyRules(allowed="a-z"), False),
        (KeyRules(folds_to_nfc=True), False),
        (KeyRules(refuses_empty_segments=True), False),
        (KeyRules(refused_segment="v[0-9]+"), False),
        (KeyRules(refuses_outer_spaces=True), False),
    ],
)
def test_only_lengths_leave_a_listing_in_order_of_names(rules: KeyRules, plain: bool) -> None:
    assert keeps_names(rules) is plain


@given(st.sets(st.text(max_size=3)), st.sets(st.text(max_size=3)))
def test_a_join_has_every_name_of_both_sides_once(left: set[str], right: set[str]) -> None:
    rows = list(joined(((name, 1) for name in sorted(left)), ((name, 2) for name in sorted(right))))
    assert [name for name, _, _ in rows] == sorted(left | right)
    assert {name for name, a, _ in rows if a} == left
    assert {name for name, _, b in rows if b} == right
