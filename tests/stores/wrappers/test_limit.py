from __future__ import annotations

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from medialift.stores.base import Body, ObjectStore
from medialift.stores.memory import MemoryStore
from medialift.stores.wrappers.base import Wrapper
from medialift.stores.wrappers.limit import Bandwidth, LimitStore
from medialift.testing.contract import StoreContract
from medialift.testing.contract.bodies import fetch, one_way, pattern
from medialift.types import ObjectInfo, Stored

BODY = pattern(200_000)


class Time:
    """A clock that only sleeping moves."""

    now = 1_000.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


class TestLimitStore(StoreContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        return LimitStore(MemoryStore(), bandwidth=Bandwidth(1e12), operations=2)

    @pytest.fixture
    def multipart_store(self) -> ObjectStore:
        return LimitStore(MemoryStore(part_size=40_000), bandwidth=Bandwidth(1e12), operations=1)


class TestLimitStoreWithoutLimits(StoreContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        return LimitStore(MemoryStore())


@pytest.fixture
def watch() -> Time:
    return Time()


@pytest.fixture
def store(watch: Time) -> LimitStore:
    return LimitStore(MemoryStore(), bandwidth=Bandwidth(1_000.0, clock=watch.clock, sleep=watch.sleep))


class TestBandwidth:
    @pytest.mark.parametrize("make", [bytes, io.BytesIO, one_way])
    def test_every_byte_takes_its_time_and_no_more(self, store: LimitStore, watch: Time, make: type[bytes]) -> None:
        begun = watch.now
        store.put("a", make(BODY))
        assert watch.now - begun == pytest.approx(200.0)
        assert fetch(store, "a") == BODY
        assert watch.now - begun == pytest.approx(400.0)
        assert fetch(store, "a", start=100_000, length=500) == BODY[100_000:100_500]
        assert watch.now - begun == pytest.approx(400.5)

    def test_no_time_is_saved_up(self, store: LimitStore, watch: Time) -> None:
        watch.now += 1_000_000
        begun = watch.now
        store.put("a", BODY)
        assert watch.now - begun == pytest.approx(200.0)

    def test_a_body_that_is_hashed_first_counts_once(self, watch: Time) -> None:
        class Hashing(MemoryStore):
            def put(self, key: str, body: Body, **options: Any) -> Stored:
                assert not isinstance(body, bytes)
                start = body.tell()
                assert (start, len(body.read())) == (100, len(BODY) - 100)
                body.seek(start)
                return super().put(key, body, **options)

        store = LimitStore(Hashing(), bandwidth=Bandwidth(1_000.0, clock=watch.clock, sleep=watch.sleep))
        body, begun = io.BytesIO(BODY), watch.now
        body.seek(100)
        store.put("a", body)
        assert watch.now - begun == pytest.approx(199.9)
        assert fetch(store.inner, "a") == BODY[100:]

    def test_threads_share_it(self) -> None:
        bandwidth = Bandwidth(1_000_000)
        store = LimitStore(MemoryStore(), bandwidth=bandwidth)
        begun = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda key: store.put(key, BODY[:75_000]), "abcd"))
        assert time.monotonic() - begun >= 0.3

    def test_a_rate_of_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="greater than zero"):
            Bandwidth(0)


class Crowded(Wrapper):
    """Knows how many were inside at once."""

    def __init__(self, inner: ObjectStore) -> None:
        super().__init__(inner)
        self.inside, self.most = 0, 0
        self._lock = threading.Lock()

    def head(self, key: str) -> ObjectInfo:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.005)
        with self._lock:
            self.inside -= 1
        return self.inner.head(key)


@pytest.mark.parametrize("operations", [1, 3])
def test_no_more_operations_than_allowed_are_in_flight(operations: int) -> None:
    crowded = Crowded(MemoryStore())
    crowded.put("a", b"1")
    store = LimitStore(crowded, operations=operations)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(store.head, ["a"] * 24))
    assert crowded.most == operations


def test_one_thread_may_hold_downloads_and_listings_and_go_on() -> None:
    store = LimitStore(MemoryStore(), operations=1)
    store.put("a", BODY)
    for info in store.list():
        with store.get(info.key) as download:
            store.put("copy/" + info.key, download.read())
    assert fetch(store, "copy/a") == BODY
