from __future__ import annotations

from dataclasses import replace

import pytest

from medialift.stores.base import ObjectStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.testing.contract import StoreContract
from medialift.types import ETag, KeyRules


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        return MemoryStore()

    @pytest.fixture
    def multipart_store(self, store: ObjectStore) -> ObjectStore:
        return MemoryStore(part_size=40_000)


class TestMemoryStoreLikeAPoorService(StoreContract):
    """No atomic creation, no MD5, no headers, few keys: the contract asks no more than the traits promise."""

    @pytest.fixture
    def store(self) -> ObjectStore:
        rules = KeyRules(allowed="A-Za-z0-9/_.~ -", max_bytes=400, max_segment_bytes=255, refuses_empty_segments=True)
        traits = replace(
            MEMORY_TRAITS,
            atomic_create=False,
            atomic_multipart_create=False,
            etag=ETag.OPAQUE,
            keeps_headers=False,
            key_rules=rules,
        )
        return MemoryStore(part_size=200_000, traits=traits)
