"""What ``delete`` and ``delete_many`` must do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medialift.errors import InvalidKeyError, NotFoundError
from medialift.stores.base import ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import fetch, keys_of

PAGE = 1_000
"""The most keys that any service deletes in one request."""


class Deleting(ContractBase):
    def test_a_deleted_object_is_gone(self, store: ObjectStore) -> None:
        store.put("a/b", b"1")
        store.put("a/bc", b"2")
        store.delete("a/b")
        assert keys_of(store) == ["a/bc"]
        with pytest.raises(NotFoundError):
            store.head("a/b")

    def test_deleting_what_is_not_there_is_no_error(self, store: ObjectStore) -> None:
        store.put("a/b/c", b"1")
        for key in ("missing", "a/missing", "a", "a/b", "a/b/c/d"):
            store.delete(key)
        assert fetch(store, "a/b/c") == b"1"

    def test_more_keys_than_a_page_are_deleted(self, store: ObjectStore) -> None:
        # Few of the keys exist, in both pages: this is about the keys, not about making objects.
        keys = [f"k{number:04}" for number in range(PAGE + 200)]
        for key in keys[::40]:
            store.put(key, b"1")
        store.put("kept", b"1")
        assert list(store.delete_many(iter(keys))) == []
        assert keys_of(store) == ["kept"]

    def test_deleting_no_keys_is_no_error(self, store: ObjectStore) -> None:
        store.put("kept", b"1")
        assert list(store.delete_many([])) == []
        assert keys_of(store) == ["kept"]

    def test_one_error_comes_for_each_key_that_cannot_be_deleted(self, store: ObjectStore) -> None:
        store.put("a", b"1")
        store.put("b", b"2")
        errors = list(store.delete_many(["a", "../x", "missing", "b"]))
        assert [(type(error), error.key) for error in errors] == [(InvalidKeyError, "../x")]
        assert keys_of(store) == []

    def test_nothing_is_deleted_before_the_errors_are_asked_for(self, store: ObjectStore) -> None:
        store.put("a", b"1")
        errors = store.delete_many(["a"])
        assert fetch(store, "a") == b"1"
        assert list(errors) == []
        assert keys_of(store) == []

    def test_keys_are_taken_as_they_are_needed(self, store: ObjectStore) -> None:
        taken = 0

        def keys() -> Iterator[str]:
            nonlocal taken
            for taken in range(1, 3 * PAGE + 1):
                yield "../x" if taken == 1 else f"missing{taken}"

        errors = store.delete_many(keys())
        assert isinstance(next(errors), InvalidKeyError)
        assert taken <= PAGE + 1
        assert list(errors) == []
        assert taken == 3 * PAGE
