from __future__ import annotations

import dataclasses
import hashlib
import os
import pickle
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from medialift.errors import NotFoundError
from medialift.providers import load_provider
from medialift.stores.base import ObjectStore
from medialift.stores.express import Express, PortableExpress, SendsExpress, Sent
from medialift.stores.s3 import S3Store
from medialift.stores.s3.bulk import S3BulkStore
from medialift.stores.spec import Credentials, Secret, StoreSpec
from medialift.types import NO_HEADERS, Headers
from tests.servers.proxy import FaultProxy
from tests.servers.rules import slow_down
from tests.servers.s3server import S3Server
from tests.stores.s3.conftest import BucketOf

PATIENCE = 30
CLOSE_CONNECTIONS = ("moto",)
"""Servers that answer one request on a connection: for those the express is no use."""


@pytest.fixture
def spec(s3_server: S3Server, bucket_of: BucketOf) -> StoreSpec:
    return s3_server.spec(bucket_of(s3_server), f"some/ö {uuid.uuid4().hex}")


@pytest.fixture
def store(spec: StoreSpec) -> Iterator[S3BulkStore]:
    bulk = opened(spec)
    yield bulk
    bulk.close()


@pytest.fixture
def express(store: S3BulkStore) -> Iterator[Express]:
    with express_of(store) as express:
        yield express


@contextmanager
def express_of(store: S3BulkStore) -> Iterator[Express]:
    express = store.express()
    assert express is not None
    with closing(express):
        yield express


def opened(spec: StoreSpec, **traits: Any) -> S3BulkStore:
    provider = load_provider(spec.provider)
    changed = dataclasses.replace(provider.traits, atomic_create=True, **traits)
    store = S3Store(spec, provider, traits=changed).bulk_lane(connections=8)
    assert isinstance(store, S3BulkStore)
    return store


def sent(express: Express, bodies: dict[str, bytes], headers: Headers = NO_HEADERS) -> dict[str, Sent]:
    """What becomes of *bodies*, by their keys."""
    for key, body in bodies.items():
        assert express.begin(key, key, body, headers=headers, sha256=hashlib.sha256(body).digest())
    return answers(express)


def answers(express: Express) -> dict[str, Sent]:
    found: dict[str, Sent] = {}
    patience = time.monotonic() + PATIENCE
    while express.under_way:
        assert time.monotonic() < patience
        found.update({answer.ticket: answer for answer in express.answers(1)})
    return found


def body_of(store: ObjectStore, key: str) -> bytes:
    with store.get(key) as download:
        return download.read()


def test_what_is_sent_arrives_as_it_was(store: S3BulkStore, express: Express) -> None:
    bodies = {f"a/{number} ü+&=%~'()*.jpg": os.urandom(number * 997) for number in range(40)}

    store.put("a/first", b"")  # rclone loses files that are written while their folder is made
    told = sent(express, bodies)

    assert {key: body_of(store, key) for key in bodies} == bodies
    for key, body in bodies.items():
        stored = told[key].stored
        assert stored is not None
        assert (stored.size, stored.etag) == (len(body), store.head(key).etag)


def test_connections_are_used_again(s3_server: S3Server, express: Express) -> None:
    for number in range(30):
        assert all(answer.stored for answer in sent(express, {f"{number}": b"x" * 20_000}).values())
    assert express.alive is (s3_server.name not in CLOSE_CONNECTIONS)


def test_another_process_can_open_the_same_without_being_handed_secrets_with_it(
    spec: StoreSpec, store: S3BulkStore, express: Express
) -> None:
    assert isinstance(express, PortableExpress)
    assert isinstance(spec.credentials, Credentials)
    written = pickle.dumps(express.route)
    assert spec.credentials.secret_access_key.reveal().encode() not in written

    store.put("a/first", b"")
    with closing(pickle.loads(written).open(express.credentials)) as other:
        told = sent(other, {"a/ü.jpg": b"x" * 20_000}, Headers(content_type="image/png"))

    assert told["a/ü.jpg"].stored is not None
    assert body_of(store, "a/ü.jpg") == b"x" * 20_000
    assert store.head("a/ü.jpg").headers.content_type == "image/png"


def test_who_waits_for_answers_can_be_woken(express: Express) -> None:
    assert isinstance(express, PortableExpress)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        express.wake_by(theirs.fileno())
        threading.Timer(0.1, ours.send, [b"x"]).start()
        began = time.monotonic()
        assert list(express.answers(20)) == []
        assert time.monotonic() - began < 10


def test_headers_and_metadata_are_kept_as_the_driver_keeps_them(store: S3BulkStore, express: Express) -> None:
    headers = Headers(
        content_type="image/png",
        cache_control="max-age=60,  public",
        content_disposition='inline; filename="a  b.png"',
        metadata={"medialift-move": "abc", "x": "two  spaces"},
    )
    store.put("by the driver", b"x", headers=headers)
    sent(express, {"by express": b"x"}, headers)

    assert store.head("by express").headers == store.head("by the driver").headers


def test_what_a_service_refuses_is_not_known(
    ceph: S3Server, bucket_of: BucketOf, caplog: pytest.LogCaptureFixture
) -> None:
    right = ceph.spec(bucket_of(ceph), uuid.uuid4().hex)
    wrong = Credentials(ceph.access_key_id, Secret("wrong-secret-0123456789-abcdefghijklmno"))

    with express_of(opened(dataclasses.replace(right, credentials=wrong))) as express:
        assert sent(express, {"a": b"x"})["a"].stored is None
    with pytest.raises(NotFoundError):
        opened(right).head("a")
    assert caplog.text == ""


def test_a_body_that_was_damaged_on_its_way_is_refused(ceph: S3Server, bucket_of: BucketOf) -> None:
    store = opened(ceph.spec(bucket_of(ceph), uuid.uuid4().hex))

    with express_of(store) as express:
        assert express.begin("a", "a", b"damaged", headers=NO_HEADERS, sha256=hashlib.sha256(b"sound").digest())
        assert answers(express)["a"].stored is None
    with pytest.raises(NotFoundError):
        store.head("a")


def test_what_is_there_already_is_kept(ceph: S3Server, bucket_of: BucketOf) -> None:
    store = opened(ceph.spec(bucket_of(ceph), uuid.uuid4().hex))
    store.put("a", b"theirs")

    with express_of(store) as express:
        assert sent(express, {"a": b"ours"})["a"] == Sent("a", None, exists=True)
    assert body_of(store, "a") == b"theirs"


def test_a_service_that_asks_for_less_is_told(moto: S3Server, bucket_of: BucketOf) -> None:
    with FaultProxy(moto) as proxy:
        proxy.rules.append(lambda request: slow_down())
        with express_of(opened(proxy.server.spec(bucket_of(moto), uuid.uuid4().hex))) as express:
            assert sent(express, {"a": b"x"})["a"] == Sent("a", None, throttled=True)


@pytest.mark.parametrize(
    ("key", "headers"),
    [
        ("a//b", NO_HEADERS),
        ("../a", NO_HEADERS),
        ("a\nb", NO_HEADERS),
        ("a", Headers(metadata={"ä": "x"})),
        ("a", Headers(content_type="image/jpeg\r\nx-amz-acl: public-read")),
        ("a", Headers(metadata={"x": "ä"})),
        ("a", Headers(metadata={"a b": "x"})),
    ],
)
def test_what_needs_care_has_to_go_another_way(express: Express, key: str, headers: Headers) -> None:
    assert not express.begin("a", key, b"x", headers=headers, sha256=hashlib.sha256(b"x").digest())
    assert not express.under_way


@pytest.mark.parametrize("token", ["token\n", "token\r\n", "to\r\nken"])
def test_credentials_with_an_end_of_line_do_not_end_the_head_of_a_request(
    moto: S3Server, bucket_of: BucketOf, token: str
) -> None:
    spec = moto.spec(bucket_of(moto))
    assert isinstance(spec.credentials, Credentials)
    keys = dataclasses.replace(spec.credentials, session_token=Secret(token))
    with closing(opened(dataclasses.replace(spec, credentials=keys))) as store, express_of(store) as express:
        assert not express.begin("a", "a", b"GET / HTTP/1.1", headers=NO_HEADERS, sha256=b"")


def test_there_is_none_where_a_service_cannot_create(spec: StoreSpec) -> None:
    store = S3Store(spec, load_provider(spec.provider))
    store.traits = dataclasses.replace(store.traits, atomic_create=False)
    bulk = store.bulk_lane(connections=1)
    assert isinstance(bulk, SendsExpress)

    assert bulk.express() is None


@pytest.mark.parametrize("by", ["settings", "environment"])
def test_there_is_none_behind_a_proxy(spec: StoreSpec, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    scheme = (spec.endpoint_url or "").partition("://")[0]
    if by == "settings":
        spec = dataclasses.replace(spec, client={**spec.client, "proxies": {scheme: "http://proxy.invalid:3128"}})
    else:
        monkeypatch.setenv(f"{scheme}_proxy", "http://proxy.invalid:3128")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)

    assert opened(spec).express() is None
