"""Parts that are sent without a driver: as the driver would, and by the driver where anything is unusual."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import pytest

from medialift.providers import load_provider
from medialift.stores.s3 import S3Store
from medialift.stores.s3.part_lines import UNSIGNED
from medialift.testing.contract.bodies import fetch, one_way, pattern
from medialift.testing.proxy import Request
from tests.servers.proxy import FaultProxy
from tests.servers.rules import flip_upload, internal_error, lose_answer, reset, slow_down, when
from tests.servers.s3server import S3Server
from tests.servers.tls import Certificate
from tests.stores.s3.conftest import BucketOf, by_driver
from tests.stores.s3.known import SMALLEST_PART

BODY = pattern(3 * SMALLEST_PART + 5)
COMPARES = frozenset({"content-md5", "payload-sha256"})


def opened(server: S3Server, bucket: str, **changes: Any) -> S3Store:
    provider = load_provider(server.provider)
    traits = dataclasses.replace(provider.traits, part_size=SMALLEST_PART, multipart_threshold=SMALLEST_PART, **changes)
    return S3Store(server.spec(bucket, f"some/ö {uuid.uuid4().hex}"), provider, traits=traits)


def parts_of(proxy: FaultProxy) -> list[Request]:
    return [request for request in proxy.requests if request.operation == "UploadPart"]


@pytest.mark.parametrize("key", ["a.bin", "a b/ü+&=%~'()*.bin"])
@pytest.mark.parametrize("kind", ["file that tells its size", "stream"])
def test_parts_arrive_without_the_driver(real_server: S3Server, bucket_of: BucketOf, key: str, kind: str) -> None:
    with FaultProxy(real_server) as proxy:
        store = opened(proxy.server, bucket_of(real_server))
        stored = store.put(key, BODY if kind.startswith("file") else one_way(BODY))
        assert (stored.size, stored.part_size) == (len(BODY), SMALLEST_PART)
        assert fetch(store, key) == BODY
        assert [by_driver(request) for request in parts_of(proxy)] == [False] * 4


@pytest.mark.parametrize("fault", [internal_error(), slow_down(), reset(), lose_answer()])
def test_a_part_that_fails_is_sent_again_by_the_driver(
    moto: S3Server, proxy: FaultProxy, bucket_of: BucketOf, fault: Any
) -> None:
    store = opened(proxy.server, bucket_of(moto))
    proxy.rules.append(when(fault, operation="UploadPart", skip=1, times=1))
    store.put("a", BODY)
    assert fetch(store, "a") == BODY
    assert any(map(by_driver, parts_of(proxy)))


def test_a_part_that_was_damaged_on_its_way_is_sent_again(ceph: S3Server, bucket_of: BucketOf) -> None:
    with FaultProxy(ceph) as proxy:
        store = opened(proxy.server, bucket_of(ceph), checked_digests=COMPARES)
        proxy.rules.append(when(flip_upload(3), operation="UploadPart", skip=1, times=1))
        store.put("a", BODY)
        assert fetch(store, "a") == BODY
        assert any(map(by_driver, parts_of(proxy)))


@pytest.mark.parametrize(
    ("checked", "has_md5", "is_signed"),
    [(COMPARES, False, True), (frozenset({"content-md5"}), True, False), (frozenset(), True, False)],
)
def test_no_digest_is_sent_that_no_one_compares(
    moto: S3Server,
    bucket_of: BucketOf,
    certificate: Certificate,
    checked: frozenset[str],
    has_md5: bool,
    is_signed: bool,
) -> None:
    with FaultProxy(moto, certificate=certificate) as proxy:
        store = opened(proxy.server, bucket_of(moto), checked_digests=checked)
        store.put("a", BODY)
        assert fetch(store, "a") == BODY
        for part in parts_of(proxy):
            assert ("content-md5" in part.headers) is has_md5
            assert (part.headers["x-amz-content-sha256"] != UNSIGNED) is is_signed
            assert not by_driver(part)


def test_bodies_are_signed_where_nothing_else_guards_them(
    moto: S3Server, proxy: FaultProxy, bucket_of: BucketOf
) -> None:
    opened(proxy.server, bucket_of(moto), checked_digests=frozenset()).put("a", BODY)
    assert UNSIGNED not in [part.headers["x-amz-content-sha256"] for part in parts_of(proxy)]


def test_memory_is_used_again_for_the_next_file(moto: S3Server, proxy: FaultProxy, bucket_of: BucketOf) -> None:
    lane = opened(proxy.server, bucket_of(moto)).bulk_lane(connections=4)
    bodies = {f"{number}": pattern(2 * SMALLEST_PART + number + 1) for number in range(3)}
    for key, body in bodies.items():
        lane.put(key, body)
    assert {key: fetch(lane, key) for key in bodies} == bodies
