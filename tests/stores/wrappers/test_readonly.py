from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from medialift.errors import ReadOnlyError
from medialift.stores.base import ListsFolders, MakesBucket, ObjectStore, Signs, capability
from medialift.stores.memory import MemoryStore
from medialift.stores.wrappers.readonly import ReadOnlyStore
from medialift.testing.contract import StoreContract
from medialift.testing.contract.bodies import Breaking, fetch, keys_of
from tests.stores.wrappers.two_doors import TwoDoors


class TestReadingThroughReadOnlyStore(StoreContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        inner = MemoryStore()
        return TwoDoors(ReadOnlyStore(inner), inner)


class SigningStore(MemoryStore):
    def signed_url(self, key: str, *, expires: timedelta, method: str = "GET", **options: Any) -> str:
        return f"https://example.org/{key}?method={method}&{options}"

    def make_bucket(self) -> None: ...


def test_every_write_is_refused_and_the_body_not_touched() -> None:
    inner = MemoryStore()
    inner.put("a", b"1")
    store = ReadOnlyStore(inner)
    for call in (lambda: store.put("a", Breaking(b"")), lambda: store.delete("a")):  # type: ignore[arg-type]
        with pytest.raises(ReadOnlyError):
            call()
    errors = list(store.delete_many(iter(["a", "b"])))
    assert [(type(error), error.key) for error in errors] == [(ReadOnlyError, "a"), (ReadOnlyError, "b")]
    assert (keys_of(store), fetch(store, "a")) == (["a"], b"1")


def test_urls_are_signed_for_reading_only() -> None:
    signer = capability(ReadOnlyStore(SigningStore()), Signs)
    assert signer is not None
    assert "method=GET" in signer.signed_url("a", expires=timedelta(hours=1))
    assert "filename" in signer.signed_url("a", expires=timedelta(hours=1), method="HEAD", filename="b")
    with pytest.raises(ReadOnlyError):
        signer.signed_url("a", expires=timedelta(hours=1), method="PUT")


def test_only_reading_abilities_pass() -> None:
    assert capability(ReadOnlyStore(MemoryStore()), Signs) is None
    assert capability(ReadOnlyStore(SigningStore()), MakesBucket) is None
    assert capability(ReadOnlyStore(SigningStore()), ListsFolders) is not None
