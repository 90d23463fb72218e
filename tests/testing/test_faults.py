from __future__ import annotations

import io
import os

import pytest

from medialift.errors import DigestMismatchError, NotFoundError, ThrottledError, TruncatedBodyError, UnavailableError
from medialift.stores.base import ObjectStore
from medialift.stores.memory import MemoryStore
from medialift.testing.contract import StoreContract
from medialift.testing.contract.bodies import fetch, keys_of, md5, one_way
from medialift.testing.contract.processes import exit_code_in_child
from medialift.testing.faults import CutOff, Die, Fail, FaultyStore, Flip, LoseAnswer, Slow, Truncate


class TestFaultyStoreWithNothingStaged(StoreContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        return FaultyStore(MemoryStore())

    @pytest.fixture
    def multipart_store(self) -> ObjectStore:
        return FaultyStore(MemoryStore(part_size=40_000))


@pytest.fixture
def store() -> FaultyStore:
    store = FaultyStore(MemoryStore())
    store.put("a", b"abcdef")
    return store


@pytest.mark.parametrize("verb", ["get", "head", "delete"])
def test_a_failure_strikes_once_and_before_anything_is_done(store: FaultyStore, verb: str) -> None:
    store.stage(verb, Fail(UnavailableError))
    with pytest.raises(UnavailableError) as caught:
        getattr(store, verb)("a")
    assert (caught.value.operation, caught.value.key, caught.value.store) == (verb, "a", "memory:memory")
    assert keys_of(store) == ["a"]
    getattr(store, verb)("a")


def test_the_call_the_key_and_the_number_are_chosen(store: FaultyStore) -> None:
    store.stage("head", Fail(ThrottledError), key="a", call=2, times=2)
    store.put("b", b"1")
    told = []
    for key in ("a", "b", "a", "b", "a", "a"):
        try:
            told.append(store.head(key).key)
        except ThrottledError:
            told.append("throttled")
    assert told == ["a", "b", "throttled", "b", "throttled", "a"]


def test_any_exception_can_be_staged_for_ever(store: FaultyStore) -> None:
    error = KeyboardInterrupt()
    store.stage("head", Fail(error), times=None)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt) as caught:
            store.head("a")
        assert caught.value is error


def test_an_answer_is_lost_after_it_was_done(store: FaultyStore) -> None:
    store.stage("put", LoseAnswer(UnavailableError))
    store.stage("delete", LoseAnswer(UnavailableError))
    with pytest.raises(UnavailableError):
        store.put("b", one_way(b"new"))
    assert fetch(store, "b") == b"new"
    with pytest.raises(UnavailableError):
        store.delete("b")
    assert keys_of(store) == ["a"]


def test_bodies_arrive_short_or_wrong(store: FaultyStore) -> None:
    store.stage("put", Truncate(2), key="short")
    store.stage("put", Flip(1), key="wrong")
    store.put("short", io.BytesIO(b"abcdef"))
    store.put("wrong", b"abcdef")
    assert (fetch(store, "short"), fetch(store, "wrong")) == (b"ab", b"accdef")


def test_a_digest_finds_a_body_that_arrived_wrong(store: FaultyStore) -> None:
    store.stage("put", Flip(0), times=None)
    with pytest.raises(DigestMismatchError):
        store.put("b", b"abcdef", md5=md5(b"abcdef"))


def test_downloads_are_short_or_wrong_or_cut_off(store: FaultyStore) -> None:
    store.stage("get", Truncate(2))
    store.stage("get", Flip(1))
    store.stage("get", CutOff(3))
    assert [fetch(store, "a"), fetch(store, "a")] == [b"ab", b"accdef"]
    with store.get("a") as download:
        assert download.read(10) == b"abc"
        with pytest.raises(TruncatedBodyError):
            download.read(10)
    assert fetch(store, "a") == b"abcdef"


def test_a_flip_beyond_the_end_changes_nothing(store: FaultyStore) -> None:
    store.stage("get", Flip(6))
    assert fetch(store, "a") == b"abcdef"


def test_keys_of_listings_and_deletions_count_as_calls(store: FaultyStore) -> None:
    store.put("b", b"1")
    store.stage("list", Fail(UnavailableError), call=2)
    with pytest.raises(UnavailableError) as caught:
        keys_of(store)
    assert caught.value.key == "b"
    store.stage("delete_many", Fail(NotFoundError), key="a")
    assert [error.key for error in store.delete_many(["a", "b"])] == ["a"]
    assert keys_of(store) == ["a"]


def test_a_slow_call_takes_longer(store: FaultyStore) -> None:
    slept: list[float] = []
    store.stage("head", Slow(5.0, sleep=slept.append))
    assert (store.head("a").size, slept) == (6, [5.0])


@pytest.mark.parametrize("when_done", [False, True])
def test_a_process_dies_before_or_after_the_call(store: FaultyStore, when_done: bool) -> None:
    read, write = os.pipe()

    class Telling(MemoryStore):
        def delete(self, key: str) -> None:
            os.write(write, b"done")

    dying = FaultyStore(Telling())
    dying.stage("delete", Die(when_done=when_done))

    def delete() -> bool:
        dying.delete("a")
        return True

    code = exit_code_in_child(delete, timeout=10)
    os.close(write)
    with open(read, "rb") as told:
        assert (code, told.read()) == (-9, b"done" if when_done else b"")
