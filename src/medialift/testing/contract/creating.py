"""What ``put(…, if_absent=True)`` must do."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from medialift.errors import AlreadyExistsError, UnsupportedError
from medialift.stores.base import ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import fetch, keys_of, md5, one_way, pattern

WRITERS = 32


class Creating(ContractBase):
    @pytest.fixture
    def atomic_store(self, store: ObjectStore) -> ObjectStore:
        if not store.traits.atomic_create:
            pytest.skip("this store does not promise atomic creation")
        return store

    def test_a_new_object_is_created(self, atomic_store: ObjectStore) -> None:
        atomic_store.put("a/bytes", b"new", if_absent=True)
        atomic_store.put("a/stream", one_way(b"new"), if_absent=True)
        assert [fetch(atomic_store, "a/bytes"), fetch(atomic_store, "a/stream")] == [b"new", b"new"]

    def test_a_taken_key_is_kept(self, atomic_store: ObjectStore) -> None:
        atomic_store.put("cat.jpg", b"old")
        with pytest.raises(AlreadyExistsError):
            atomic_store.put("cat.jpg", b"new", if_absent=True)
        assert fetch(atomic_store, "cat.jpg") == b"old"

    def test_a_key_is_free_again_after_a_delete(self, atomic_store: ObjectStore) -> None:
        atomic_store.put("cat.jpg", b"old", if_absent=True)
        atomic_store.delete("cat.jpg")
        atomic_store.put("cat.jpg", b"new", if_absent=True)
        assert fetch(atomic_store, "cat.jpg") == b"new"

    def test_of_many_writers_at_once_exactly_one_creates(self, atomic_store: ObjectStore) -> None:
        bodies = [pattern(50_000, seed) for seed in range(WRITERS)]
        together = threading.Barrier(WRITERS)

        def create(body: bytes) -> bool:
            together.wait()
            try:
                atomic_store.put("race/cat.jpg", body, if_absent=True)
            except AlreadyExistsError:
                return False
            return True

        with ThreadPoolExecutor(WRITERS) as pool:
            created = list(pool.map(create, bodies))
        assert created.count(True) == 1
        assert md5(fetch(atomic_store, "race/cat.jpg")) == md5(bodies[created.index(True)])

    def test_creating_is_refused_where_it_is_not_atomic(self, store: ObjectStore) -> None:
        if store.traits.atomic_create:
            pytest.skip("this store promises atomic creation")
        with pytest.raises(UnsupportedError):
            store.put("cat.jpg", b"new", if_absent=True)
        assert keys_of(store) == []
