"""A large file that a browser sends in parts: what it may send, and what the store knows of it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from medialift.errors import NotFoundError, TooLargeError
from medialift.providers import load_provider
from medialift.stores.base import capability
from medialift.stores.s3 import S3Store
from medialift.stores.s3.upload_parts import can_send_parts
from medialift.stores.uploading import Parts, PartsUpload, TellsUnfinished, UploadRequest
from medialift.stores.wrappers.readonly import ReadOnlyStore
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.stores.s3.conftest import BucketOf, open_on_moto
from tests.stores.s3.known import SMALLEST_PART
from tests.stores.s3.test_uploads import HOUR, sent

KEY = "medialift-incoming/a b"
DATA = os.urandom(2 * SMALLEST_PART + 7)


@pytest.fixture(params=["ceph", "moto", "rclone"])
def server(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.fixture
def store(server: S3Server, bucket_of: BucketOf) -> Iterator[S3Store]:
    store = open_on_moto(server.spec(bucket_of(server), f"media/{uuid.uuid4().hex}"))
    yield store
    store.close()


@pytest.fixture
def checks_signatures(server: S3Server) -> None:
    if server.name == "moto":
        pytest.skip("moto looks at no signature")


def begun(store: S3Store, key: str = KEY) -> Parts:
    parts = store.begin_parts(key, size=len(DATA), content_type="video/mp4")
    assert (parts.part_size, parts.count, parts.size_of(3)) == (SMALLEST_PART, 3, 7)
    return parts


def asked(store: S3Store, parts: Parts, number: int, **wishes: Any) -> UploadRequest:
    [request] = store.part_requests(KEY, parts, [number], **{"expires": HOUR, **wishes})
    return request


def bytes_of(number: int) -> bytes:
    return DATA[(number - 1) * SMALLEST_PART : number * SMALLEST_PART]


def test_a_file_arrives_in_any_order(store: S3Store) -> None:
    parts = begun(store)
    assert store.arrived_parts(KEY, parts.id) == []
    for number in (3, 1, 2, 1):
        assert sent(asked(store, parts, number), bytes_of(number)) == 200
    arrived = store.arrived_parts(KEY, parts.id)
    assert [(part.number, part.size) for part in arrived] == [(1, SMALLEST_PART), (2, SMALLEST_PART), (3, 7)]
    assert list(store.list()) == [], "nothing appears before the end"
    store.finish_parts(KEY, parts.id, arrived)
    with store.get(KEY) as download:
        assert download.read() == DATA


def test_an_upload_that_ended_is_no_more(store: S3Store) -> None:
    parts = begun(store)
    request = asked(store, parts, 3)
    assert sent(request, bytes_of(3)) == 200
    store.abort_parts(KEY, parts.id)
    store.abort_parts(KEY, parts.id)
    with pytest.raises(NotFoundError):
        store.arrived_parts(KEY, parts.id)
    assert sent(request, bytes_of(3)) >= 400
    assert list(store.list()) == []


@pytest.mark.usefixtures("checks_signatures")
def test_a_request_is_for_one_part_of_one_upload(store: S3Store) -> None:
    parts, other = begun(store), begun(store)
    request = asked(store, parts, 3)
    assert parts.id != other.id
    for was, becomes in (
        ("partNumber=3", "partNumber=2"),
        (parts.id.replace("~", "%7E"), other.id.replace("~", "%7E")),
        (parts.id, other.id),
        ("a%20b", "c"),
    ):
        if was in request.url:
            assert sent(UploadRequest("PUT", request.url.replace(was, becomes)), bytes_of(3)) in (403, 404)
    assert store.arrived_parts(KEY, parts.id) == []
    assert store.arrived_parts(KEY, other.id) == []


@pytest.mark.usefixtures("checks_signatures")
@pytest.mark.parametrize("data", [b"six!!!", b"eight!!!", DATA[:100_000]])
def test_a_part_of_another_size_is_refused(store: S3Store, data: bytes) -> None:
    parts = begun(store)
    assert 400 <= sent(asked(store, parts, 3), data) < 500
    assert store.arrived_parts(KEY, parts.id) == []


@pytest.mark.usefixtures("checks_signatures")
def test_a_request_ends(store: S3Store) -> None:
    parts = begun(store)
    past = datetime.now(timezone.utc) - timedelta(hours=2)
    assert sent(asked(store, parts, 3, now=past), bytes_of(3)) in (400, 403)


def test_no_request_is_made_for_a_part_that_is_none(store: S3Store) -> None:
    parts = begun(store)
    for number in (0, 4, -1, 10_001):
        with pytest.raises(ValueError, match="parts 1 to 3"):
            asked(store, parts, number)
    with pytest.raises(ValueError, match="can live"):
        asked(store, parts, 1, expires=timedelta(days=8))


def test_what_nobody_ended_is_listed(store: S3Store, server: S3Server) -> None:
    assert list(store.unfinished_uploads()) == []
    parts, before = begun(store), datetime.now(timezone.utc)
    elsewhere = begun(store, "elsewhere/c")
    found = {upload.key: upload for upload in store.unfinished_uploads()}
    assert {key: upload.id for key, upload in found.items()} == {KEY: parts.id, "elsewhere/c": elsewhere.id}
    if server.name != "moto":  # which says 2010 of all
        assert abs(found[KEY].begun - before) < timedelta(minutes=1)
    assert [upload.key for upload in store.unfinished_uploads("elsewhere")] == ["elsewhere/c"]


def test_every_page_is_read(store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    send, keys = store.requests.send, [f"x/{number}" for number in range(5)]

    def small_pages(operation: str, key: str, method: str, **given: Any) -> dict[str, Any]:
        more = {"list_parts": {"MaxParts": 2}, "list_multipart_uploads": {"MaxUploads": 2}}.get(method, {})
        return send(operation, key, method, **given, **more)

    monkeypatch.setattr(store.requests, "send", small_pages)
    for key in keys:
        parts = begun(store, key)
    assert [upload.key for upload in store.unfinished_uploads("x")] == keys
    for number in (1, 2, 3):
        [request] = store.part_requests(keys[-1], parts, [number], expires=HOUR)
        assert sent(request, bytes_of(number)) == 200
    assert [part.number for part in store.arrived_parts(keys[-1], parts.id)] == [1, 2, 3]


def test_what_an_upload_in_parts_costs(proxy: FaultProxy, boto3_store: S3Store) -> None:
    """One request to begin, none for the signatures, one to ask and one to end."""
    parts = begun(boto3_store)
    list(boto3_store.part_requests(KEY, parts, [1, 2, 3], expires=HOUR))
    boto3_store.arrived_parts(KEY, parts.id)
    boto3_store.abort_parts(KEY, parts.id)
    assert len(proxy.requests) == 4 - 1


def test_the_provider_says_how_large_parts_are(store: S3Store) -> None:
    scaleway = load_provider("scaleway").multipart
    assert scaleway.max_parts == 1000
    huge = store.begin_parts(KEY, size=100 * 1024**3, content_type="video/mp4")
    assert huge.count <= 10_000
    with pytest.raises(TooLargeError):
        store.begin_parts(KEY, size=60 * 1024**4, content_type="video/mp4")


def test_who_may_not_write_has_no_parts(store: S3Store) -> None:
    assert capability(ReadOnlyStore(store), PartsUpload) is None
    assert capability(ReadOnlyStore(store), TellsUnfinished) is None
    assert can_send_parts(load_provider("b2"))
    assert not can_send_parts(load_provider("supabase"))
