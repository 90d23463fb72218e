"""A create that must not overwrite, when answers are lost and races happen. Both drivers."""

from __future__ import annotations

import pytest

from medialift.errors import AlreadyExistsError, StoreError, UnavailableError, UnsupportedError
from medialift.stores.base import ObjectStore
from medialift.stores.s3 import S3Store
from medialift.stores.s3.headers import NONCE
from medialift.stores.spec import StoreSpec
from medialift.testing.contract.bodies import fetch, pattern
from medialift.types import Headers
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, internal_error, lose_answer, slow_down, when
from tests.stores.s3.conftest import open_on_moto
from tests.stores.s3.known import SMALLEST_PART

CONFLICT = error(409, "ConditionalRequestConflict", "Another request was faster.")


def test_a_create_whose_answer_was_lost_has_happened(proxy: FaultProxy, store: ObjectStore) -> None:
    proxy.rules.append(when(lose_answer(), operation="PutObject", times=1))
    stored = store.put("a", b"mine", if_absent=True)
    assert (stored.size, stored.etag) == (4, store.head("a").etag)
    assert fetch(store, "a") == b"mine"


def test_a_create_whose_every_answer_was_lost_has_happened(proxy: FaultProxy, store: ObjectStore) -> None:
    proxy.rules.append(when(lose_answer(), operation="PutObject"))
    assert store.put("a", b"mine", if_absent=True).size == 4


def test_a_create_that_never_arrived_is_not_taken_for_done(proxy: FaultProxy, store: ObjectStore) -> None:
    proxy.rules.append(when(internal_error(), operation="PutObject"))
    with pytest.raises(UnavailableError):
        store.put("a", b"mine", if_absent=True)


def test_a_lost_answer_about_somebody_elses_object_is_a_taken_key(proxy: FaultProxy, store: ObjectStore) -> None:
    store.put("a", b"theirs")
    proxy.rules.append(when(lose_answer(), operation="PutObject", times=1))
    with pytest.raises(AlreadyExistsError):
        store.put("a", b"mine", if_absent=True)
    assert fetch(store, "a") == b"theirs"


def test_equal_bytes_of_somebody_else_are_not_ours(proxy: FaultProxy, store: ObjectStore) -> None:
    store.put("a", b"same", if_absent=True)
    proxy.rules.append(when(lose_answer(), operation="PutObject", times=1))
    with pytest.raises(AlreadyExistsError):
        store.put("a", b"same", if_absent=True)


def test_a_lost_race_is_run_again(proxy: FaultProxy, store: ObjectStore) -> None:
    proxy.rules.append(when(CONFLICT, operation="PutObject", times=2))
    store.put("a", b"mine", if_absent=True)
    assert fetch(store, "a") == b"mine"
    assert proxy.count("PutObject") == 3


def test_an_endless_race_is_told(proxy: FaultProxy, store: ObjectStore) -> None:
    proxy.rules.append(when(CONFLICT, operation="PutObject"))
    with pytest.raises(StoreError):
        store.put("a", b"mine", if_absent=True)
    assert proxy.count("PutObject") <= 10


def test_a_race_that_another_has_won_is_a_taken_key(proxy: FaultProxy, store: ObjectStore) -> None:
    store.put("a", b"theirs")
    proxy.rules.append(when(CONFLICT, operation="PutObject"))
    with pytest.raises(AlreadyExistsError):
        store.put("a", b"mine", if_absent=True)


def test_a_throttled_create_is_made(proxy: FaultProxy, store: ObjectStore) -> None:
    proxy.rules.append(when(slow_down(), operation="PutObject", times=1))
    store.put("a", b"mine", if_absent=True)
    assert fetch(store, "a") == b"mine"


def test_the_mark_of_a_create_is_not_shown(store: ObjectStore) -> None:
    store.put("a", b"x", headers=Headers(metadata={"album": "cats"}), if_absent=True)
    assert dict(store.head("a").headers.metadata) == {"album": "cats"}
    with store.get("a") as download:
        assert dict(download.info.headers.metadata) == {"album": "cats"}


def test_a_caller_may_bring_its_own_mark_and_repeat_its_create(proxy: FaultProxy, store: ObjectStore) -> None:
    marked = Headers(metadata={NONCE: "f00d"})
    store.put("a", b"mine", headers=marked, if_absent=True)
    proxy.rules.append(when(lose_answer(), operation="PutObject", times=1))
    assert store.put("a", b"mine", headers=marked, if_absent=True).size == 4


def test_a_plain_put_carries_no_mark(proxy: FaultProxy, store: ObjectStore) -> None:
    store.put("a", b"x")
    assert [name for name in proxy.requests[-1].headers if name.startswith("x-amz-meta")] == []


class TestInParts:
    BODY = pattern(2 * SMALLEST_PART + 3)

    def test_a_lost_answer_to_the_last_call_is_resolved(self, proxy: FaultProxy, boto3_store: S3Store) -> None:
        proxy.rules.append(when(lose_answer(), operation="CompleteMultipartUpload", times=1))
        boto3_store.put("a", self.BODY, if_absent=True)
        assert fetch(boto3_store, "a") == self.BODY

    def test_a_lost_answer_to_the_last_call_of_a_plain_put_is_resolved(
        self, proxy: FaultProxy, boto3_store: S3Store
    ) -> None:
        boto3_store.put("a", b"old")
        proxy.rules.append(when(lose_answer(), operation="CompleteMultipartUpload", times=1))
        boto3_store.put("a", self.BODY)
        assert fetch(boto3_store, "a") == self.BODY

    def test_a_key_that_was_taken_meanwhile_is_kept(self, proxy: FaultProxy, boto3_store: S3Store) -> None:
        boto3_store.put("a", b"theirs")
        with pytest.raises(AlreadyExistsError):
            boto3_store.put("a", self.BODY, if_absent=True)
        assert fetch(boto3_store, "a") == b"theirs"
        assert proxy.count("AbortMultipartUpload") == 1

    def test_a_race_at_the_end_is_told_as_retryable(self, proxy: FaultProxy, boto3_store: S3Store) -> None:
        proxy.rules.append(when(CONFLICT, operation="CompleteMultipartUpload"))
        with pytest.raises(UnavailableError) as caught:
            boto3_store.put("a", self.BODY, if_absent=True)
        assert caught.value.retryable
        assert list(boto3_store.list()) == []

    def test_is_refused_before_anything_is_sent_where_it_is_not_atomic(
        self, proxy: FaultProxy, spec: StoreSpec
    ) -> None:
        store = open_on_moto(spec, atomic_multipart_create=False)
        for driver in (store, store.bulk_lane(connections=1)):
            with pytest.raises(UnsupportedError):
                driver.put("a", self.BODY, if_absent=True)
        assert proxy.count() == 0
