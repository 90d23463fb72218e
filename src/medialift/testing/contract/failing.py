"""What a store must say when it is set up wrongly, or when the service fails.

Each test needs a store that only its author can make: the fixtures here skip until they are overridden.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

import pytest

from medialift.errors import (
    BucketNotFoundError,
    CredentialsError,
    ThrottledError,
    TruncatedBodyError,
    WrongRegionError,
)
from medialift.stores.base import ObjectStore
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import fetch, pattern

CALLS: dict[str, Callable[[ObjectStore], object]] = {
    "put": lambda store: store.put("cat.jpg", b"miau"),
    "get": lambda store: store.get("cat.jpg"),
    "delete": lambda store: store.delete("cat.jpg"),
    "list": lambda store: list(store.list()),
}
FOREVER = 1_000_000
BODY = pattern(300_000)


@dataclass(frozen=True, slots=True)
class ThrottledService:
    """A store, and the service behind it that can be told to refuse.

    ``refuse(n)`` makes the service refuse the next *n* requests as throttled; ``arrivals`` are the
    times (seconds, any clock) at which requests have reached it.
    """

    store: ObjectStore
    refuse: Callable[[int], object]
    arrivals: Sequence[float]


@dataclass(frozen=True, slots=True)
class CutOffService:
    """A store, and the service behind it: ``cut(n)`` ends the next body after *n* bytes."""

    store: ObjectStore
    cut: Callable[[int], object]


def _not_given(fixture: str) -> NoReturn:
    pytest.skip(f"the fixture `{fixture}` is not given for this store")


class Failing(ContractBase):
    @pytest.fixture
    def store_with_wrong_credentials(self) -> ObjectStore:
        _not_given("store_with_wrong_credentials")

    @pytest.fixture
    def store_with_wrong_region(self) -> ObjectStore:
        _not_given("store_with_wrong_region")

    @pytest.fixture
    def store_without_bucket(self) -> ObjectStore:
        _not_given("store_without_bucket")

    @pytest.fixture
    def throttled_service(self) -> ThrottledService:
        _not_given("throttled_service")

    @pytest.fixture
    def cut_off_service(self) -> CutOffService:
        _not_given("cut_off_service")

    @pytest.mark.parametrize("call", CALLS)
    def test_wrong_credentials_are_told(self, store_with_wrong_credentials: ObjectStore, call: str) -> None:
        with pytest.raises(CredentialsError) as caught:
            CALLS[call](store_with_wrong_credentials)
        assert caught.value.operation == call

    @pytest.mark.parametrize("call", CALLS)
    def test_a_wrong_region_is_told(self, store_with_wrong_region: ObjectStore, call: str) -> None:
        with pytest.raises(WrongRegionError):
            CALLS[call](store_with_wrong_region)

    @pytest.mark.parametrize("call", CALLS)
    def test_a_missing_bucket_is_not_a_missing_object(self, store_without_bucket: ObjectStore, call: str) -> None:
        with pytest.raises(BucketNotFoundError):
            CALLS[call](store_without_bucket)

    def test_a_throttled_request_is_sent_again(self, throttled_service: ThrottledService) -> None:
        throttled_service.store.put("cat.jpg", BODY)
        before = len(throttled_service.arrivals)
        throttled_service.store.head("cat.jpg")
        usual = len(throttled_service.arrivals) - before
        throttled_service.refuse(1)
        assert throttled_service.store.head("cat.jpg").size == len(BODY)
        assert len(throttled_service.arrivals) - before == usual + usual + 1

    def test_lasting_throttling_is_told(self, throttled_service: ThrottledService) -> None:
        before = len(throttled_service.arrivals)
        throttled_service.refuse(FOREVER)
        with pytest.raises(ThrottledError) as caught:
            throttled_service.store.head("cat.jpg")
        assert caught.value.retryable
        assert 2 <= len(throttled_service.arrivals) - before <= 20

    def test_retries_pause_and_never_in_step(self, throttled_service: ThrottledService) -> None:
        throttled_service.refuse(FOREVER)
        runs: list[list[float]] = []
        for _ in range(2):
            before = len(throttled_service.arrivals)
            with pytest.raises(ThrottledError):
                throttled_service.store.head("cat.jpg")
            times = throttled_service.arrivals[before:]
            runs.append([later - earlier for earlier, later in itertools.pairwise(times)])
        assert sum(map(sum, runs)) > 0.01, "there was no pause between the requests"
        assert [round(gap, 3) for gap in runs[0]] != [round(gap, 3) for gap in runs[1]], "the pauses have no jitter"

    @pytest.mark.parametrize("after", [0, 1, 100_000, len(BODY) - 1])
    def test_a_body_that_is_cut_off_is_fetched_again_or_told(self, cut_off_service: CutOffService, after: int) -> None:
        cut_off_service.store.put("cat.jpg", BODY)
        cut_off_service.cut(after)
        try:
            body = fetch(cut_off_service.store, "cat.jpg")
        except TruncatedBodyError:
            return
        assert body == BODY
