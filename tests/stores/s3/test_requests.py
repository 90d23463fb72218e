"""What each verb costs, counted at the service, and what it says of doubtful answers. Both drivers."""

from __future__ import annotations

import dataclasses
import io
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    BucketNotFoundError,
    ClockSkewError,
    CredentialsError,
    DigestMismatchError,
    NoSpaceError,
    NotFoundError,
    StoreError,
    ThrottledError,
    UnavailableError,
    UnsupportedError,
    WrongRegionError,
)
from medialift.stores.base import ObjectStore
from medialift.stores.s3 import S3Store
from medialift.stores.spec import StoreSpec
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, only_region, reset, when
from tests.stores.s3.conftest import open_on_moto

MISSING_OR_FORBIDDEN = error(403, "AccessDenied", "Access Denied")


def cost(proxy: FaultProxy, call: Callable[[], object]) -> dict[str, int]:
    before = proxy.operations()
    call()
    return dict(Counter(proxy.operations()) - before)


class TestBudget:
    def test_opening_sends_nothing(self, proxy: FaultProxy, spec: StoreSpec) -> None:
        open_on_moto(spec).bulk_lane(connections=4)
        assert proxy.count() == 0

    def test_a_save_is_one_request(self, proxy: FaultProxy, store: ObjectStore) -> None:
        assert cost(proxy, lambda: store.put("a", b"x", if_absent=True)) == {"PutObject": 1}
        assert cost(proxy, lambda: store.put("a", io.BytesIO(b"y"))) == {"PutObject": 1}

    def test_reading_is_one_request(self, proxy: FaultProxy, store: ObjectStore) -> None:
        store.put("a", b"0123456789")
        assert cost(proxy, lambda: store.head("a")) == {"HeadObject": 1}
        assert cost(proxy, lambda: store.get("a").read()) == {"GetObject": 1}
        assert cost(proxy, lambda: store.get("a", start=2, length=3).read()) == {"GetObject": 1}
        assert proxy.requests[-1].headers["range"] == "bytes=2-4"

    def test_a_missing_object_is_one_request_once_the_bucket_was_seen(
        self, proxy: FaultProxy, store: ObjectStore
    ) -> None:
        store.put("a", b"x")

        def ask() -> None:
            with pytest.raises(NotFoundError):
                store.head("missing")

        assert cost(proxy, ask) == {"HeadObject": 1}

    def test_the_first_missing_object_asks_for_the_bucket_too(self, proxy: FaultProxy, store: ObjectStore) -> None:
        with pytest.raises(NotFoundError):
            store.head("missing")
        assert proxy.operations() == {"HeadObject": 1, "HeadBucket": 1}

    def test_listing_is_one_request_a_page(self, proxy: FaultProxy, store: ObjectStore) -> None:
        store.put("a", b"x")
        assert cost(proxy, lambda: list(store.list())) == {"ListObjectsV2": 1}

    def test_deleting_many_is_one_request_a_thousand(self, proxy: FaultProxy, store: ObjectStore) -> None:
        keys = [f"k{number}" for number in range(1_500)]
        assert cost(proxy, lambda: list(store.delete_many(keys))) == {"DeleteObjects": 2}

    def test_urls_are_free(self, proxy: FaultProxy, boto3_store: S3Store) -> None:
        boto3_store.public_url("a")
        boto3_store.signed_url("a", expires=timedelta(hours=1))
        assert proxy.count() == 0


class TestBatchDeletion:
    def test_asks_for_md5_where_services_want_it(self, proxy: FaultProxy, boto3_store: S3Store) -> None:
        assert list(boto3_store.delete_many(["a", "b"])) == []
        headers = proxy.requests[-1].headers
        assert "content-md5" in headers
        assert headers["content-type"] == "application/xml"
        assert not [name for name in headers if name.startswith(("x-amz-checksum", "x-amz-sdk-checksum"))]

    def test_falls_back_to_single_requests_where_there_is_no_batch(
        self, proxy: FaultProxy, boto3_store: S3Store
    ) -> None:
        boto3_store.put("a", b"1")
        boto3_store.put("b", b"2")
        proxy.rules.append(when(error(501, "NotImplemented"), operation="DeleteObjects"))
        assert list(boto3_store.delete_many(["a", "b", "missing"])) == []
        assert list(boto3_store.list()) == []
        assert proxy.operations()["DeleteObject"] == 3

    def test_a_key_that_xml_cannot_hold_goes_alone(self, proxy: FaultProxy, boto3_store: S3Store) -> None:
        assert list(boto3_store.delete_many(["a", "b\x01", "c"])) == []
        assert proxy.operations() == {"DeleteObjects": 1, "DeleteObject": 1}

    def test_a_refused_request_is_raised(self, proxy: FaultProxy, boto3_store: S3Store) -> None:
        proxy.rules.append(when(error(403, "SignatureDoesNotMatch"), operation="DeleteObjects"))
        with pytest.raises(CredentialsError):
            list(boto3_store.delete_many(["a", "b"]))


class TestForbiddenOrMissing:
    """Without the right to list, S3 answers 403 for a missing object too."""

    @pytest.mark.parametrize("verb", ["head", "get"])
    def test_a_key_that_the_listing_does_not_know_is_missing(
        self, proxy: FaultProxy, store: ObjectStore, verb: str
    ) -> None:
        proxy.rules.append(when(MISSING_OR_FORBIDDEN, operation={"head": "HeadObject", "get": "GetObject"}[verb]))
        with pytest.raises(NotFoundError):
            getattr(store, verb)("missing")
        assert proxy.operations()["ListObjectsV2"] == 1

    @pytest.mark.parametrize("verb", ["head", "get"])
    def test_a_listed_key_is_forbidden(self, proxy: FaultProxy, store: ObjectStore, verb: str) -> None:
        store.put("a", b"x")
        store.put("a.longer", b"x")
        proxy.rules.append(when(MISSING_OR_FORBIDDEN, operation={"head": "HeadObject", "get": "GetObject"}[verb]))
        with pytest.raises(AccessDeniedError):
            getattr(store, verb)("a")

    def test_a_key_that_only_begins_another_is_missing(self, proxy: FaultProxy, store: ObjectStore) -> None:
        store.put("a.longer", b"x")
        proxy.rules.append(when(MISSING_OR_FORBIDDEN, operation="HeadObject"))
        with pytest.raises(NotFoundError):
            store.head("a")

    def test_what_nobody_can_tell_is_not_missing(self, proxy: FaultProxy, store: ObjectStore) -> None:
        proxy.rules.append(lambda request: MISSING_OR_FORBIDDEN)
        with pytest.raises(AccessDeniedError):
            store.head("missing")


class TestMissingBucket:
    @pytest.mark.parametrize("verb", ["head", "get", "put"])
    def test_is_told_by_every_verb(self, spec: StoreSpec, verb: str) -> None:
        boto3_store = open_on_moto(dataclasses.replace(spec, container="no-such-bucket"))
        for store in (boto3_store, boto3_store.bulk_lane(connections=1)):
            with pytest.raises(BucketNotFoundError) as caught:
                store.put("a", b"") if verb == "put" else getattr(store, verb)("a")
            assert (caught.value.operation, caught.value.key) == (verb, "a")

    def test_is_told_where_the_service_sends_no_code(self, proxy: FaultProxy, store: ObjectStore) -> None:
        proxy.rules.append(lambda request: error(404, ""))
        for call in (lambda: store.head("a"), lambda: store.put("a", b""), lambda: list(store.list())):
            with pytest.raises(BucketNotFoundError):
                call()


REFUSALS: list[tuple[int, str, type[StoreError]]] = [
    (403, "AccessDenied", AccessDeniedError),
    (403, "SignatureDoesNotMatch", CredentialsError),
    (401, "Unauthorized", CredentialsError),
    (403, "InvalidAccessKeyId", CredentialsError),
    (403, "RequestTimeTooSkewed", ClockSkewError),
    (400, "BadDigest", DigestMismatchError),
    (404, "NoSuchBucket", BucketNotFoundError),
    (400, "AuthorizationHeaderMalformed", WrongRegionError),
    (503, "SlowDown", ThrottledError),
    (429, "TooManyRequests", ThrottledError),
    (400, "RequestRateLimitExceeded", ThrottledError),
    (500, "InternalError", UnavailableError),
    (501, "NotImplemented", UnsupportedError),
    (411, "MissingContentLength", UnsupportedError),
    (507, "", NoSpaceError),
]


@pytest.mark.parametrize(("status", "code", "kind"), REFUSALS, ids=[f"{status}-{code}" for status, code, _ in REFUSALS])
def test_both_drivers_say_the_same_of_a_refusal(
    proxy: FaultProxy, store: ObjectStore, status: int, code: str, kind: type[StoreError]
) -> None:
    proxy.rules.append(when(error(status, code, "Why & how <not>."), operation="PutObject"))
    with pytest.raises(StoreError) as caught:
        store.put("a/b", b"x")
    assert type(caught.value) is kind
    assert (caught.value.operation, caught.value.key, caught.value.store) == ("put", "a/b", str(store.identity))
    assert f"{status}" in caught.value.reason
    assert "Why & how <not>." in caught.value.reason


def test_a_connection_that_always_breaks_is_told_as_retryable(proxy: FaultProxy, store: ObjectStore) -> None:
    proxy.rules.append(when(reset(), operation="PutObject"))
    with pytest.raises(UnavailableError) as caught:
        store.put("a", b"x")
    assert caught.value.retryable
    assert proxy.count("PutObject") == 3


@pytest.mark.parametrize("verb", ["head", "get", "put", "list"])
def test_the_right_region_is_named(proxy: FaultProxy, store: ObjectStore, verb: str) -> None:
    proxy.rules.append(only_region("eu-central-1"))
    calls: dict[str, Callable[[], object]] = {
        "head": lambda: store.head("a"),
        "get": lambda: store.get("a"),
        "put": lambda: store.put("a", b""),
        "list": lambda: list(store.list()),
    }
    with pytest.raises(WrongRegionError) as caught:
        calls[verb]()
    assert caught.value.region == "eu-central-1"


def test_a_bare_redirect_is_a_wrong_region_too(proxy: FaultProxy, store: ObjectStore) -> None:
    moved = error(301, "PermanentRedirect", headers={"x-amz-bucket-region": "eu-west-3"})
    proxy.rules.append(lambda request: moved)
    with pytest.raises(WrongRegionError) as caught:
        store.put("a", b"x")
    assert caught.value.region == "eu-west-3"


def test_a_taken_key_is_told_without_a_second_question_by_boto3(proxy: FaultProxy, boto3_store: S3Store) -> None:
    boto3_store.put("a", b"x")
    proxy.forget()
    with pytest.raises(AlreadyExistsError):
        boto3_store.put("a", b"y", if_absent=True)
    assert proxy.operations() == {"PutObject": 1}
