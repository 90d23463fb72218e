"""Stores whose failing service goes unnoticed, and the services for all the others."""

from __future__ import annotations

import time
from typing import Any

from medialift.errors import NotFoundError, StoreError, ThrottledError
from medialift.stores.base import Download
from medialift.testing.faults import Fail, FaultyStore, Truncate
from tests.testing.sabotage.base import Broken, ObjectInfo


class NoticesNothing(Broken):
    """With wrong credentials, in the wrong region and without a bucket it seems to work."""

    noticed_by = (
        "test_wrong_credentials_are_told",
        "test_a_wrong_region_is_told",
        "test_a_missing_bucket_is_not_a_missing_object",
    )


class TakesEveryFailureForAMissingObject(Broken):
    noticed_by = (
        "test_wrong_credentials_are_told",
        "test_a_wrong_region_is_told",
        "test_a_missing_bucket_is_not_a_missing_object",
    )

    def get(self, key: str, **options: Any) -> Download:
        raise NotFoundError("404")


class ThrottledBroken(Broken):
    """A store in front of a service that can refuse; it asks as *head* says."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.arrivals: list[float] = []
        self.refusals = 0

    def refuse(self, count: int) -> None:
        self.refusals = count

    def ask(self, key: str) -> ObjectInfo:
        self.arrivals.append(time.monotonic())
        if self.refusals:
            self.refusals -= 1
            raise ThrottledError("503 SlowDown")
        return super().head(key)


class GivesUpAtOnce(ThrottledBroken):
    noticed_by = ("test_a_throttled_request_is_sent_again", "test_lasting_throttling_is_told")

    def head(self, key: str) -> ObjectInfo:
        return self.ask(key)


class HammersTheService(ThrottledBroken):
    noticed_by = ("test_retries_pause_and_never_in_step",)

    def head(self, key: str) -> ObjectInfo:
        for _ in range(4):
            try:
                return self.ask(key)
            except ThrottledError:
                continue
        return self.ask(key)


class ComesBackInStep(ThrottledBroken):
    noticed_by = ("test_retries_pause_and_never_in_step",)

    def ask(self, key: str) -> ObjectInfo:
        self.arrivals.append(float(len(self.arrivals)))
        self.refusals -= 1
        raise ThrottledError("503 SlowDown")

    def head(self, key: str) -> ObjectInfo:
        for _ in range(4):
            try:
                return self.ask(key)
            except ThrottledError:
                continue
        return self.ask(key)


class TriesForEver(ThrottledBroken):
    noticed_by = ("test_lasting_throttling_is_told",)

    def head(self, key: str) -> ObjectInfo:
        for _ in range(1_000):
            try:
                return self.ask(key)
            except ThrottledError:
                continue
        raise ThrottledError("503 SlowDown")


class ForgetsThatItWasThrottled(ThrottledBroken):
    noticed_by = ("test_lasting_throttling_is_told",)

    def head(self, key: str) -> ObjectInfo:
        try:
            return self.ask(key)
        except ThrottledError:
            raise StoreError("503") from None


class TakesAShortBodyForAWholeOne(FaultyStore):
    noticed_by = ("test_a_body_that_is_cut_off_is_fetched_again_or_told",)
    fork_timeout = 20

    def __init__(self, part_size: int | None = None) -> None:
        super().__init__(Broken(part_size=part_size))

    def cut(self, at: int) -> None:
        self.stage("get", Truncate(at))


class RaisesSomethingElseForAShortBody(FaultyStore):
    noticed_by = ("test_a_body_that_is_cut_off_is_fetched_again_or_told",)
    fork_timeout = 20

    def __init__(self, part_size: int | None = None) -> None:
        super().__init__(Broken(part_size=part_size))

    def cut(self, at: int) -> None:
        self.stage("get", Fail(StoreError("IncompleteRead")))
