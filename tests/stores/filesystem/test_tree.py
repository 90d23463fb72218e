"""The walk of a disk, compared with the sorted keys of a store in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from medialift.stores.base import ObjectStore
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.memory import MemoryStore
from medialift.testing.contract.bodies import keys_of

SEGMENTS = st.text(st.sampled_from("ab-./0~é\U0001f600\uff5e\n"), min_size=1, max_size=3)
KEYS = st.lists(SEGMENTS.filter(lambda text: "/" not in text and text not in (".", "..")), min_size=1, max_size=3).map(
    "/".join
)


def without_conflicts(keys: Iterable[str]) -> set[str]:
    """Those that a disk can hold together: none is the folder of another."""
    kept = set(keys)
    return {key for key in kept if not any(other.startswith(f"{key}/") for other in kept)}


@settings(max_examples=80, deadline=None)
@given(keys=st.sets(KEYS, max_size=12), prefix=KEYS, after=KEYS)
def test_the_walk_is_that_of_the_reference_store(keys: set[str], prefix: str, after: str) -> None:
    with tempfile.TemporaryDirectory() as root:
        stores: tuple[ObjectStore, ...] = (FilesystemStore(root), MemoryStore())
        for store in stores:
            for key in without_conflicts(keys):
                store.put(key, b"1")
        for options in ({}, {"prefix": prefix}, {"after": after}, {"prefix": prefix, "after": after}):
            disk, memory = (keys_of(store, **options) for store in stores)
            assert disk == memory
