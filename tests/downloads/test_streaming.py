"""The file itself, under WSGI and ASGI, over every kind of store."""

from __future__ import annotations

import asyncio
import email
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import AsyncClient, Client

from medialift.bridge.opened import store_of
from medialift.downloads.bodies import CHUNK
from medialift.downloads.served import SANDBOX
from medialift.storage import MediaStorage
from medialift.stores import open_store
from medialift.testing.supabase import SupabaseServer
from tests.desk.storages import stored
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server

pytestmark = pytest.mark.urls("tests.downloads.urlconf")

DATA = bytes(range(256)) * 4
KINDS = ("django", "memory", "filesystem", "moto", "ceph", "supabase", "other")


def entry(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, Any]:
    if kind == "django":
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    if kind == "other":
        return {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    options: dict[str, Any] = {"provider": "memory"}
    if kind == "supabase":
        options = supabase_options(request)
    elif kind == "filesystem":
        options = {"provider": "filesystem", "bucket": str(tmp_path)}
    elif kind != "memory":
        server: S3Server = request.getfixturevalue(kind)
        options = {
            "provider": "s3-compatible",
            "bucket": server.make_bucket(),
            "endpoint_url": server.endpoint_url,
            "region": server.region,
            "access_key_id": server.access_key_id,
            "secret_access_key": server.secret_access_key,
            "addressing_style": "path",
        }
    return {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": options}


def supabase_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """A private bucket of a project that runs for this test."""
    server = SupabaseServer()
    server.__enter__()
    request.addfinalizer(lambda: server.__exit__(None, None, None))
    return {
        "provider": "supabase",
        "bucket": server.project.make_bucket("media").id,
        "endpoint_url": server.url,
        "service_key": server.project.service_key,
    }


@pytest.fixture(params=KINDS)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    with stored({"default": entry(request.param, tmp_path, request)}):
        yield storages["default"]
        store_of(storages["default"]).close()


@pytest.fixture
def memory() -> Iterator[Any]:
    backend = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"provider": "memory"}}
    with stored({"default": backend}):
        yield storages["default"]


def get(name: str, place: str = "stream", **headers: str) -> Any:
    return Client().get(f"/{place}/{name}", headers=headers)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


# ── on every store ───────────────────────────────────────────────────────────────────────────


def test_the_whole_file_parts_of_it_and_word_that_it_is_the_same(storage: Any) -> None:
    store_of(storage).put("a/b c.bin", DATA)
    whole = get("a/b%20c.bin")
    assert (whole.status_code, whole["Content-Length"], body(whole)) == (200, "1024", DATA)
    assert whole["Accept-Ranges"] == "bytes"
    part = get("a/b%20c.bin", Range="bytes=10-19")
    assert (part.status_code, part["Content-Range"], body(part)) == (206, "bytes 10-19/1024", DATA[10:20])
    assert part["ETag"] == whole["ETag"]
    assert body(get("a/b%20c.bin", Range="bytes=-5")) == DATA[-5:]
    same = get("a/b%20c.bin", **{"If-None-Match": whole["ETag"]})
    assert (same.status_code, body(same)) == (304, b"")
    head = Client().head("/stream/a/b%20c.bin")
    assert (head.status_code, head["Content-Length"], head.content) == (200, "1024", b"")
    assert get("a/missing.bin").status_code == 404
    assert get("a").status_code == 404


def test_several_parts_come_in_one_answer(storage: Any) -> None:
    store_of(storage).put("a.bin", DATA)
    response = get("a.bin", Range="bytes=0-1,500-509,-3")
    assert response.status_code == 206
    data = body(response)
    assert response["Content-Length"] == str(len(data))
    message = email.message_from_bytes(b"Content-Type: " + response["Content-Type"].encode() + b"\r\n\r\n" + data)
    parts: Any = message.get_payload()
    assert [part["Content-Range"] for part in parts] == ["bytes 0-1/1024", "bytes 500-509/1024", "bytes 1021-1023/1024"]
    assert [part.get_payload(decode=True) for part in parts] == [DATA[0:2], DATA[500:510], DATA[-3:]]


def test_an_event_loop_gets_the_same(storage: Any) -> None:
    store_of(storage).put("a.bin", DATA * 300)

    async def ask(**headers: str) -> bytes:
        response: Any = await AsyncClient().get("/stream/a.bin", headers=headers)
        assert response.is_async
        data = b"".join([chunk async for chunk in response.streaming_content])
        response.close()
        return data

    assert asyncio.run(ask()) == DATA * 300
    assert asyncio.run(ask(Range="bytes=5-1000")) == (DATA * 300)[5:1001]


# ── conditions ───────────────────────────────────────────────────────────────────────────────


def test_conditions_are_judged_as_the_standard_says(memory: Any) -> None:
    memory.save("a.bin", ContentFile(DATA))
    first = get("a.bin")
    etag, modified = first["ETag"], first["Last-Modified"]
    assert get("a.bin", **{"If-Modified-Since": modified}).status_code == 304
    assert get("a.bin", **{"If-Modified-Since": "Mon, 01 Jan 1990 00:00:00 GMT"}).status_code == 200
    assert get("a.bin", **{"If-Modified-Since": modified, "If-None-Match": '"other"'}).status_code == 200
    assert get("a.bin", **{"If-Match": '"other"'}).status_code == 412
    assert get("a.bin", **{"If-Unmodified-Since": "Mon, 01 Jan 1990 00:00:00 GMT"}).status_code == 412
    assert get("a.bin", Range="bytes=0-1", **{"If-Range": etag}).status_code == 206
    assert get("a.bin", Range="bytes=0-1", **{"If-Range": modified}).status_code == 206
    for stale in ('"other"', f"W/{etag}", "Mon, 01 Jan 1990 00:00:00 GMT", "nonsense"):
        assert get("a.bin", Range="bytes=0-1", **{"If-Range": stale}).status_code == 200
    outside = get("a.bin", Range="bytes=5000-")
    assert (outside.status_code, outside["Content-Range"]) == (416, "bytes */1024")
    assert Client().head("/stream/a.bin", headers={"Range": "bytes=0-1"}).status_code == 200


def test_a_file_that_is_replaced_while_it_is_sent_is_never_mixed(memory: Any) -> None:
    memory.store.put("a.bin", bytes(3 * CHUNK))
    response = get("a.bin", Range=f"bytes=0-9,{2 * CHUNK}-{2 * CHUNK + 9}")
    chunks = iter(response.streaming_content)
    next(chunks)
    memory.store.put("a.bin", b"x" * (3 * CHUNK))
    with pytest.raises(Exception, match="version"):
        b"".join(chunks)


# ── what goes with it ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "kind", "how", "sandboxed"),
    [
        ("a.jpg", "image/jpeg", "inline", False),
        ("a.pdf", "application/pdf", "inline", False),
        ("a.mp4", "video/mp4", "inline", False),
        ("a.txt", "text/plain; charset=utf-8", "inline", False),
        ("a.html", "text/html", "attachment", True),
        ("a.svg", "image/svg+xml", "attachment", True),
        ("a.xhtml", "application/xhtml+xml", "attachment", True),
        ("a.zip", "application/zip", "attachment", False),
        ("noname", "application/octet-stream", "attachment", True),
    ],
)
def test_nothing_of_a_visitors_runs_as_the_site(memory: Any, name: str, kind: str, how: str, sandboxed: bool) -> None:
    memory.store.put(name, b"<script>alert(1)</script>")
    response = get(name)
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"] == f'{how}; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.get("Content-Security-Policy") == (SANDBOX if sandboxed else None)
    assert response["Cache-Control"] == "private, no-cache"


def test_the_buckets_word_for_a_type_is_not_taken(memory: Any) -> None:
    from medialift.types import Headers

    memory.store.put("a.jpg", b"<script>", headers=Headers(content_type="text/html"))
    assert get("a.jpg")["Content-Type"] == "image/jpeg"


def test_a_page_that_is_shown_is_shown_in_a_sandbox(memory: Any) -> None:
    memory.store.put("a.html", b"<p>")
    response = get("a.html", "shown")
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert get("a.jpg", "saved").status_code == 404


def test_any_name_fits_into_the_header(memory: Any) -> None:
    memory.store.put('été "x".txt', b"")
    said = get("%C3%A9t%C3%A9%20%22x%22.txt", "saved")["Content-Disposition"]
    assert said == "attachment; filename=\"_t_ _x_.txt\"; filename*=UTF-8''%C3%A9t%C3%A9%20%22x%22.txt"


def test_an_empty_file_is_a_file(memory: Any) -> None:
    memory.store.put("a.txt", b"")
    assert (get("a.txt").status_code, body(get("a.txt"))) == (200, b"")
    assert get("a.txt", Range="bytes=0-").status_code == 416


# ── what it costs ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def counted(moto: S3Server) -> Iterator[tuple[MediaStorage, FaultProxy]]:
    bucket = moto.make_bucket()
    with FaultProxy(moto) as proxy:
        store = open_store(proxy.server.spec(bucket, provider="s3"))
        storage = MediaStorage.over(store)
        storage.save("a.bin", ContentFile(DATA))
        proxy.forget()
        yield storage, proxy
        store.close()


@pytest.mark.parametrize(
    ("headers", "requests"),
    [
        ({}, {"GetObject": 1}),
        ({"Range": "bytes=0-9"}, {"HeadObject": 1, "GetObject": 1}),
        ({"If-None-Match": "*"}, {"HeadObject": 1}),
    ],
)
def test_requests_are_counted(
    counted: tuple[MediaStorage, FaultProxy], monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], requests: Any
) -> None:
    storage, proxy = counted
    monkeypatch.setattr("medialift.downloads.names.storages", {"default": storage})
    body(get("a.bin", **headers))
    assert dict(proxy.operations()) == requests
    proxy.forget()
    assert get("a.bin", "redirect").status_code == 302
    assert proxy.count() == 0


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_large_file_is_sent_in_little_memory(tmp_path: Path, asynchronous: bool) -> None:
    with (tmp_path / "large.bin").open("wb") as file:
        file.truncate(64 * 2**20)
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}

    async def read() -> int:
        response: Any = await AsyncClient().get("/stream/large.bin")
        return sum([len(chunk) async for chunk in response.streaming_content])

    with stored({"default": backend}):
        get("large.bin", Range="bytes=0-0")
        tracemalloc.start()
        size = asyncio.run(read()) if asynchronous else sum(map(len, get("large.bin").streaming_content))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert size == 64 * 2**20
    assert peak < 4 * 2**20


@pytest.mark.django_db  # a closed response looks at the database's connections
def test_an_answer_that_nobody_reads_closes_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(bytes(10 * CHUNK))
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    with stored({"default": backend}):
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(20):
            response = get("a.bin")
            next(iter(response.streaming_content))
            response.close()
        # Fewer is fine: what earlier tests left may be collected meanwhile.
        assert len(os.listdir("/proc/self/fd")) <= before
