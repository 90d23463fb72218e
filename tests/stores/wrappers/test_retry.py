from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    NotFoundError,
    PreconditionError,
    StoreError,
    ThrottledError,
    TruncatedBodyError,
    UnavailableError,
)
from medialift.stores.base import ObjectStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.stores.wrappers.retry import Backoff, RetryStore
from medialift.testing.contract import CutOffService, StoreContract, ThrottledService
from medialift.testing.contract.bodies import fetch, keys_of, one_way, pattern
from medialift.testing.faults import CutOff, Fail, FaultyStore, LoseAnswer
from medialift.types import ETag, ObjectInfo

BODY = pattern(300_000)


class Sleeps(list[float]):
    """A ``sleep`` that remembers, and a clock that it moves."""

    now = 0.0

    def __call__(self, seconds: float) -> None:
        self.append(seconds)
        self.now += seconds


class CountingFaultyStore(FaultyStore):
    """Notes the time of each ``head``."""

    def __init__(self, inner: ObjectStore, sleeps: Sleeps) -> None:
        super().__init__(inner)
        self.sleeps, self.arrivals = sleeps, list[float]()

    def head(self, key: str) -> ObjectInfo:
        self.arrivals.append(self.sleeps.now)
        return super().head(key)


class TestRetryStore(StoreContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        return RetryStore(MemoryStore())

    @pytest.fixture
    def multipart_store(self) -> ObjectStore:
        return RetryStore(MemoryStore(part_size=40_000))

    @pytest.fixture
    def throttled_service(self) -> ThrottledService:
        sleeps = Sleeps()
        inner = CountingFaultyStore(MemoryStore(), sleeps)
        return ThrottledService(
            RetryStore(inner, sleep=sleeps),
            lambda count: inner.stage("head", Fail(ThrottledError), times=count),
            inner.arrivals,
        )

    @pytest.fixture
    def cut_off_service(self) -> CutOffService:
        inner = FaultyStore(MemoryStore())
        store = RetryStore(inner, sleep=Sleeps())
        return CutOffService(store, lambda at: inner.stage("get", CutOff(at)))


@pytest.fixture
def inner() -> FaultyStore:
    return FaultyStore(MemoryStore())


@pytest.fixture
def sleeps() -> Sleeps:
    return Sleeps()


@pytest.fixture
def store(inner: FaultyStore, sleeps: Sleeps) -> RetryStore:
    return RetryStore(inner, Backoff(attempts=3, first=1.0, longest=60.0), sleep=sleeps)


class TestBackoff:
    def test_bounds_double_up_to_the_longest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("random.uniform", lambda low, high: (low, high)[1])
        backoff = Backoff(first=1.0, longest=5.0)
        assert [backoff.pause(failures, UnavailableError("")) for failures in range(1, 6)] == [1, 2, 4, 5, 5]

    def test_pauses_are_drawn_from_zero_to_the_bound(self) -> None:
        pauses = [Backoff(first=1.0).pause(1, UnavailableError("")) for _ in range(1_000)]
        assert 0 <= min(pauses) < 0.05
        assert 0.95 < max(pauses) <= 1.0

    def test_what_the_service_asks_for_comes_on_top(self) -> None:
        error = ThrottledError("")
        error.retry_after = 7.0
        assert 7.0 <= Backoff(first=1.0).pause(1, error) <= 8.0

    def test_a_pause_beyond_the_longest_is_not_waited_for(self) -> None:
        error = ThrottledError("")
        error.retry_after = 31.0
        assert not Backoff(longest=30.0).goes_on(1, error)
        error.retry_after = 30.0
        assert Backoff(longest=30.0).goes_on(1, error)


class TestVerbs:
    @pytest.mark.parametrize("verb", ["head", "get", "delete"])
    def test_it_is_done_again(self, store: RetryStore, inner: FaultyStore, sleeps: Sleeps, verb: str) -> None:
        store.put("a", b"1")
        inner.stage(verb, Fail(UnavailableError), times=2)
        getattr(store, verb)("a")
        assert len(sleeps) == 2

    @pytest.mark.parametrize("verb", ["head", "get", "delete"])
    def test_it_is_told_in_the_end(self, store: RetryStore, inner: FaultyStore, sleeps: Sleeps, verb: str) -> None:
        store.put("a", b"1")
        inner.stage(verb, Fail(UnavailableError), times=3)
        with pytest.raises(UnavailableError):
            getattr(store, verb)("a")
        assert len(sleeps) == 2

    @pytest.mark.parametrize("error", [AccessDeniedError, NotFoundError])
    def test_what_will_not_change_is_told_at_once(
        self, store: RetryStore, inner: FaultyStore, sleeps: Sleeps, error: type[StoreError]
    ) -> None:
        inner.stage("head", Fail(error))
        with pytest.raises(error):
            store.head("a")
        assert sleeps == []


class TestPut:
    def test_bytes_are_sent_again(self, store: RetryStore, inner: FaultyStore) -> None:
        inner.stage("put", LoseAnswer(UnavailableError), times=2)
        assert store.put("a", BODY).size == len(BODY)
        assert fetch(store, "a") == BODY

    def test_a_file_is_sent_again_from_where_it_started(self, store: RetryStore, inner: FaultyStore) -> None:
        body = io.BytesIO(BODY)
        body.seek(100)
        inner.stage("put", LoseAnswer(UnavailableError), times=2)
        assert store.put("a", body).size == len(BODY) - 100
        assert fetch(store, "a") == BODY[100:]

    def test_a_stream_that_was_read_is_not_sent_again(
        self, store: RetryStore, inner: FaultyStore, sleeps: Sleeps
    ) -> None:
        inner.stage("put", LoseAnswer(UnavailableError))
        with pytest.raises(UnavailableError):
            store.put("a", one_way(BODY))
        assert sleeps == []

    def test_a_stream_that_was_not_read_is_sent(self, store: RetryStore, inner: FaultyStore) -> None:
        inner.stage("put", Fail(UnavailableError), times=2)
        store.put("a", one_way(BODY))
        assert fetch(store, "a") == BODY

    def test_a_create_that_finds_an_object_after_a_lost_answer_says_so(
        self, store: RetryStore, inner: FaultyStore
    ) -> None:
        inner.stage("put", LoseAnswer(UnavailableError))
        with pytest.raises(AlreadyExistsError, match="answer was lost"):
            store.put("a", BODY, if_absent=True)
        with pytest.raises(AlreadyExistsError) as caught:
            store.put("a", BODY, if_absent=True)
        assert caught.value.hint == ""


class TestDownload:
    def test_a_broken_body_goes_on_where_it_broke(self, store: RetryStore, inner: FaultyStore, sleeps: Sleeps) -> None:
        store.put("a", BODY)
        inner.stage("get", CutOff(100_000), times=2)
        with store.get("a", start=10, length=250_000) as download:
            assert download.read(50_000) + download.read() == BODY[10:250_010]
        assert len(sleeps) == 2

    def test_it_is_told_if_the_object_has_changed(self, store: RetryStore, inner: FaultyStore) -> None:
        store.put("a", BODY)
        inner.stage("get", CutOff(10))
        with store.get("a") as download:
            download.read(10)
            inner.inner.put("a", pattern(300_000, seed=1))
            with pytest.raises(PreconditionError):
                download.read()

    def test_it_is_told_if_nothing_names_the_version(self, inner: FaultyStore) -> None:
        class Nameless(MemoryStore):
            def _etag(self, data: bytes) -> str:
                return None  # type: ignore[return-value]

        nameless = FaultyStore(Nameless())
        store = RetryStore(nameless, sleep=Sleeps())
        store.put("a", BODY)
        nameless.stage("get", CutOff(10))
        with store.get("a") as download, pytest.raises(TruncatedBodyError):
            download.read()

    def test_progress_starts_the_count_anew(self, store: RetryStore, inner: FaultyStore, sleeps: Sleeps) -> None:
        store.put("a", BODY)
        inner.stage("get", CutOff(10), times=10)
        with store.get("a", length=100) as download:
            assert b"".join(iter(lambda: download.read(10), b"")) == BODY[:100]
        assert len(sleeps) == 9

    def test_it_is_told_in_the_end(self, store: RetryStore, inner: FaultyStore, sleeps: Sleeps) -> None:
        store.put("a", BODY)
        inner.stage("get", CutOff(0), times=None)
        with store.get("a") as download, pytest.raises(TruncatedBodyError):
            download.read()
        assert len(sleeps) == 2


class TestMany:
    def test_a_listing_goes_on_after_its_last_key(self, store: RetryStore, inner: FaultyStore, sleeps: Sleeps) -> None:
        for key in "abcde":
            store.put(key, b"1")
        inner.stage("list", Fail(UnavailableError), key="c", times=2)
        inner.stage("list", Fail(UnavailableError), key="e", times=2)
        assert keys_of(store, after="a") == ["b", "c", "d", "e"]
        assert len(sleeps) == 4

    def test_a_listing_is_told_in_the_end(self, store: RetryStore, inner: FaultyStore) -> None:
        store.put("a", b"1")
        inner.stage("list", Fail(UnavailableError), times=3)
        with pytest.raises(UnavailableError):
            keys_of(store)

    def test_a_listing_without_order_is_only_begun_again(self, sleeps: Sleeps) -> None:
        inner = FaultyStore(MemoryStore(traits=replace(MEMORY_TRAITS, sorted_listing=False, etag=ETag.OPAQUE)))
        store = RetryStore(inner, sleep=sleeps)
        store.put("a", b"1")
        store.put("b", b"1")
        inner.stage("list", Fail(UnavailableError), key="a")
        assert keys_of(store) == ["a", "b"]
        inner.stage("list", Fail(UnavailableError), key="b")
        with pytest.raises(UnavailableError):
            keys_of(store)

    def test_only_keys_that_may_succeed_are_deleted_again(self, store: RetryStore, inner: FaultyStore) -> None:
        for key in "abc":
            store.put(key, b"1")
        inner.stage("delete_many", Fail(UnavailableError), key="a", times=2)
        inner.stage("delete_many", Fail(UnavailableError), key="b", times=None)
        inner.stage("delete_many", Fail(AccessDeniedError), key="c")
        errors = [(type(error), error.key) for error in store.delete_many(["a", "b", "c"])]
        assert errors == [(AccessDeniedError, "c"), (UnavailableError, "b")]
        assert keys_of(store) == ["b", "c"]

    def test_a_failed_request_is_sent_again(self, sleeps: Sleeps) -> None:
        class Failing(MemoryStore):
            failures = 2

            def delete_many(self, keys: object) -> Iterator[StoreError]:
                if self.failures:
                    self.failures -= 1
                    raise UnavailableError("no answer")
                return super().delete_many(keys)  # type: ignore[arg-type]

        store = RetryStore(Failing(), sleep=sleeps)
        store.put("a", b"1")
        assert list(store.delete_many(["a"])) == []
        assert (keys_of(store), len(sleeps)) == ([], 2)
