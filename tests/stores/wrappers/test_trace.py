from __future__ import annotations

import itertools

import pytest

from medialift.errors import InvalidKeyError, NotFoundError, TruncatedBodyError
from medialift.stores.base import ObjectStore
from medialift.stores.memory import MemoryStore
from medialift.stores.wrappers.trace import Call, CallCounter, TraceStore
from medialift.testing.contract import StoreContract
from medialift.testing.contract.bodies import BodyError, breaking
from medialift.testing.faults import CutOff, FaultyStore


class TestTraceStore(StoreContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        return TraceStore(MemoryStore(), CallCounter())

    @pytest.fixture
    def multipart_store(self) -> ObjectStore:
        return TraceStore(MemoryStore(part_size=40_000), CallCounter())


@pytest.fixture
def calls() -> list[Call]:
    return []


@pytest.fixture
def store(calls: list[Call]) -> TraceStore:
    """Its clock moves by one second each time it is read."""
    return TraceStore(FaultyStore(MemoryStore()), calls.append, clock=itertools.count().__next__)


def test_each_call_is_told_once_it_is_over(store: TraceStore, calls: list[Call]) -> None:
    store.put("a", b"miau")
    store.head("a")
    with store.get("a", start=1) as download:
        download.read(2)
        assert len(calls) == 2
    list(store.list("b"))
    store.delete("a")
    assert list(store.delete_many(["a"])) == []
    assert calls == [
        Call("put", "a", 4, 1),
        Call("head", "a", 0, 1),
        Call("get", "a", 2, 1),
        Call("list", "b", 0, 1),
        Call("delete", "a", 0, 1),
        Call("delete_many", "", 0, 1),
    ]


def test_failures_are_told_by_name(store: TraceStore, calls: list[Call]) -> None:
    for call in (lambda: store.get("missing"), lambda: store.head("missing")):
        with pytest.raises(NotFoundError):
            call()
    with pytest.raises(BodyError):
        store.put("a", breaking(b"half"))
    with pytest.raises(InvalidKeyError):
        list(store.list("../x"))
    assert [(call.operation, call.error) for call in calls] == [
        ("get", "NotFoundError"), ("head", "NotFoundError"), ("put", "BodyError"), ("list", "InvalidKeyError"),
    ]  # fmt: skip


def test_a_download_that_breaks_is_told_when_it_is_closed(store: TraceStore, calls: list[Call]) -> None:
    store.put("a", b"miau")
    store.inner.stage("get", CutOff(1))  # type: ignore[attr-defined]
    download = store.get("a")
    download.read(1)
    with pytest.raises(TruncatedBodyError):
        download.read(1)
    download.close()
    download.close()
    assert calls[1:] == [Call("get", "a", 1, 1, "TruncatedBodyError")]


def test_a_listing_that_is_given_up_is_no_failure(store: TraceStore, calls: list[Call]) -> None:
    store.put("a", b"1")
    store.put("b", b"1")
    listing = store.list()
    next(listing)
    listing.close()  # type: ignore[attr-defined]
    assert calls[2:] == [Call("list", "", 0, 1)]


def test_a_counter_adds_up() -> None:
    counter = CallCounter()
    store = TraceStore(MemoryStore(), counter)
    store.put("a", b"miau")
    store.put("b", b"wuff!")
    store.head("a")
    assert (dict(counter.calls), counter.bytes["put"]) == ({"put": 2, "head": 1}, 9)
