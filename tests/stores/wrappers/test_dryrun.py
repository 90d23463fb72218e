from __future__ import annotations

import io
from dataclasses import replace

import pytest

from medialift.errors import AlreadyExistsError, DigestMismatchError, InvalidKeyError, UnsupportedError
from medialift.stores.base import ListsFolders, MakesBucket, ObjectStore, capability
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.wrappers.dryrun import DryRunStore, Write
from medialift.testing.contract import StoreContract
from medialift.testing.contract.bodies import fetch, keys_of, md5
from tests.stores.wrappers.test_readonly import SigningStore
from tests.stores.wrappers.two_doors import TwoDoors


class TestReadingThroughDryRunStore(StoreContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        inner = MemoryStore()
        return TwoDoors(DryRunStore(inner, list[Write]().append), inner)


@pytest.fixture
def inner() -> MemoryStore:
    store = MemoryStore()
    store.put("a", b"old")
    return store


@pytest.fixture
def writes() -> list[Write]:
    return []


@pytest.fixture
def store(inner: MemoryStore, writes: list[Write]) -> DryRunStore:
    return DryRunStore(inner, writes.append)


def test_writes_are_told_and_not_done(store: DryRunStore, inner: MemoryStore, writes: list[Write]) -> None:
    body = io.BytesIO(b"0123456789")
    body.seek(3)
    stored = store.put("b", body, if_absent=True)
    store.put("a", b"new")
    store.delete("a")
    errors = store.delete_many(["a", "../x", "c"])
    assert len(writes) == 3, "deletions happen as the errors are asked for"
    assert [type(error) for error in errors] == [InvalidKeyError]
    assert (stored.key, stored.size, body.read()) == ("b", 7, b"")
    assert writes == [
        Write("put", "b", 7), Write("put", "a", 3), Write("delete", "a"), Write("delete", "a"), Write("delete", "c"),
    ]  # fmt: skip
    assert (keys_of(inner), fetch(inner, "a")) == (["a"], b"old")


def test_a_write_fails_as_the_real_one_would(store: DryRunStore, writes: list[Write]) -> None:
    with pytest.raises(AlreadyExistsError):
        store.put("a", b"new", if_absent=True)
    with pytest.raises(InvalidKeyError):
        store.put("../x", b"new")
    with pytest.raises(InvalidKeyError):
        store.delete("../x")
    with pytest.raises(DigestMismatchError):
        store.put("b", b"new", md5=md5(b"other"))
    assert writes == []
    store.put("b", b"new", md5=md5(b"new"))
    assert writes == [Write("put", "b", 3)]


def test_a_create_fails_where_it_cannot_be_atomic() -> None:
    store = DryRunStore(MemoryStore(traits=replace(MEMORY_TRAITS, atomic_create=False)), list[Write]().append)
    with pytest.raises(UnsupportedError):
        store.put("a", b"new", if_absent=True)


def test_abilities_that_write_do_not_pass() -> None:
    store = DryRunStore(SigningStore(), list[Write]().append)
    assert capability(store, MakesBucket) is None
    assert capability(store, ListsFolders) is not None
