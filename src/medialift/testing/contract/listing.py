"""What ``list`` must do."""

from __future__ import annotations

import gc
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from medialift.stores.base import ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import holds, keys_of
from medialift.types import NO_HEADERS, Headers, ObjectInfo

TRAPS = (
    "Z", "a-b", "a.b", "a/b", "a/b-c", "a/b.c", "a/c", "a0", "b",
    "y~/1", "z", "zé", "z\uff5e", "z\U0001f600",
)  # fmt: skip
"""Keys whose byte order differs from that of folders, of letters, or of UTF-16."""


def fill(store: ObjectStore, keys: Sequence[str]) -> None:
    """Put small objects in an order that is not theirs, a few at a time."""
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(lambda key: store.put(key, b"1"), random.Random(0).sample(keys, len(keys))):
            pass


def listed_infos_alive() -> int:
    # Not isinstance(): it would wake every lazy object of the process.
    return sum(type(thing) is ObjectInfo for thing in gc.get_objects())


class Listing(ContractBase):
    def fill_with_traps(self, store: ObjectStore) -> list[str]:
        """Those of the traps that the store can hold, in their right order."""
        traps = sorted((key for key in TRAPS if holds(store, key)), key=str.encode)
        fill(store, traps)
        return traps

    def ordered(self, store: ObjectStore, keys: Sequence[str]) -> list[str]:
        """*keys* as they are if the store promises an order, else sorted, so that they can be compared."""
        return list(keys) if store.traits.sorted_listing else sorted(keys, key=str.encode)

    def test_an_empty_store_lists_nothing(self, store: ObjectStore) -> None:
        assert [keys_of(store), keys_of(store, "a"), keys_of(store, after="a")] == [[], [], []]

    def test_objects_are_described(self, store: ObjectStore) -> None:
        store.put("photos/cat.jpg", b"miau", headers=Headers(content_type="image/jpeg"))
        (listed,), info = store.list(), store.head("photos/cat.jpg")
        assert (listed.key, listed.size, listed.etag) == ("photos/cat.jpg", 4, info.etag)
        assert listed.fingerprint == info.fingerprint
        assert listed.headers == NO_HEADERS

    def test_keys_come_in_byte_order(self, store: ObjectStore) -> None:
        traps = self.fill_with_traps(store)
        assert self.ordered(store, keys_of(store)) == traps

    def test_a_prefix_is_a_folder(self, store: ObjectStore) -> None:
        fill(store, ["a/b/c", "a/b/d/e", "a/bc", "a/b-c/d", "a/b.c", "ab/c", "c/a/b/x"])
        assert self.ordered(store, keys_of(store, "a/b")) == ["a/b/c", "a/b/d/e"]

    def test_a_prefix_does_not_list_the_object_of_that_key(self, store: ObjectStore) -> None:
        fill(store, ["a/b", "a/c"])
        assert keys_of(store, "a/b") == []

    @pytest.mark.parametrize(
        "after", ["a-b", "a.b", "a/b", "a/b-c", "a/bb", "a/c", "a", "a/", "a00", "z", "z\U0001f600"]
    )
    def test_only_greater_keys_come_after(self, store: ObjectStore, after: str) -> None:
        traps = self.fill_with_traps(store)
        greater = [key for key in traps if key.encode() > after.encode()]
        assert self.ordered(store, keys_of(store, after=after)) == greater

    def test_a_prefix_and_after_go_together(self, store: ObjectStore) -> None:
        self.fill_with_traps(store)
        assert self.ordered(store, keys_of(store, "a", after="a/b")) == ["a/b-c", "a/b.c", "a/c"]
        assert self.ordered(store, keys_of(store, "a", after="Z")) == ["a/b", "a/b-c", "a/b.c", "a/c"]
        assert keys_of(store, "a", after="b") == []

    def test_a_long_listing_is_complete_ordered_and_not_kept_in_memory(self, store: ObjectStore) -> None:
        keys = [f"d{number % 7}/k{number:04}" for number in range(self.page * 6 // 5)]
        fill(store, keys)
        gc.collect()
        before, alive, listed = listed_infos_alive(), 0, []
        for info in store.list():
            listed.append(info.key)
            if len(listed) % (self.page * 2 // 5) == 0:
                alive = max(alive, listed_infos_alive() - before)
        assert self.ordered(store, listed) == sorted(keys)
        assert alive <= self.page + 10

    def test_objects_may_be_deleted_while_they_are_listed(self, store: ObjectStore) -> None:
        fill(store, [f"a/{number:02}" for number in range(30)])
        for info in store.list():
            store.delete(info.key)
        assert keys_of(store) == []
