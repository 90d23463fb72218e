from __future__ import annotations

import os
from typing import Any

import pytest

from medialift.errors import NotFoundError, UnavailableError, UnsupportedError
from medialift.stores import open_store
from medialift.stores.base import capability
from medialift.stores.s3 import S3Store, copying
from medialift.stores.versions import KeepsVersions
from medialift.stores.wrappers.readonly import ReadOnlyStore
from medialift.types import Headers
from tests.servers.s3server import S3Server


@pytest.fixture(params=["moto", "ceph"])
def server(request: pytest.FixtureRequest) -> S3Server:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture
def bucket(server: S3Server) -> str:
    made = server.make_bucket()
    server.client().put_bucket_versioning(Bucket=made, VersioningConfiguration={"Status": "Enabled"})
    return made


@pytest.fixture
def store(server: S3Server, bucket: str) -> S3Store:
    opened = open_store(server.spec(bucket, "media"))
    assert isinstance(opened, S3Store)
    return opened


def body(store: S3Store, key: str) -> bytes:
    with store.get(key) as download:
        return download.read()


def test_versions_are_the_newest_first_with_deletions(store: S3Store) -> None:
    store.put("a/b.txt", b"one")
    store.put("a/b.txt", b"second")
    store.delete("a/b.txt")
    store.put("a/c.txt", b"c")
    store.put("a/b.txt.bak", b"neighbour")
    found = list(store.versions(key="a/b.txt"))
    assert {version.key for version in found} == {"a/b.txt"}
    assert found[0].deleted
    assert found[0].latest
    assert [version.size for version in found if not version.deleted] == [6, 3]
    assert [version.key for version in store.versions("a") if version.latest] == ["a/b.txt", "a/b.txt.bak", "a/c.txt"]
    assert list(store.versions("a/b")) == []
    assert len(list(store.versions())) == 5


def test_a_version_comes_back_with_its_headers_and_none_is_destroyed(store: S3Store, server: S3Server) -> None:
    headers = Headers(content_type="text/x-own", cache_control="max-age=7", metadata={"note": "kept"})
    store.put("a.txt", b"one", headers=headers)
    store.put("a.txt", b"two!")
    store.delete("a.txt")
    before = list(store.versions(key="a.txt"))
    one = before[-1] if before[-1].size == 3 else next(found for found in before if found.size == 3)
    made = store.bring_back(one)
    assert body(store, "a.txt") == b"one"
    found = store.head("a.txt").headers
    assert (found.content_type, found.cache_control, found.metadata["note"]) == ("text/x-own", "max-age=7", "kept")
    after = list(store.versions(key="a.txt"))
    assert after[0].id == made
    assert {version.id for version in after} == {made, *(version.id for version in before)}


def test_a_large_version_is_copied_in_parts(store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    large = os.urandom(9 * 1024 * 1024)
    store.put("a.bin", large, headers=Headers(content_type="video/x-own", metadata={"note": "kept"}))
    store.put("a.bin", b"small")
    monkeypatch.setattr(copying, "COPY_LIMIT", 5 * 1024 * 1024)
    monkeypatch.setattr(copying, "PART_SIZE", 5 * 1024 * 1024)
    (old,) = [version for version in store.versions(key="a.bin") if version.size == len(large)]
    store.bring_back(old)
    assert body(store, "a.bin") == large
    assert store.head("a.bin").headers.content_type == "video/x-own"
    assert store.head("a.bin").headers.metadata["note"] == "kept"


def test_a_copy_in_parts_that_breaks_leaves_nothing_behind(
    store: S3Store, server: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put("a.bin", os.urandom(6 * 1024 * 1024))
    store.put("a.bin", b"small")
    monkeypatch.setattr(copying, "COPY_LIMIT", 5 * 1024 * 1024)
    (old,) = [version for version in store.versions(key="a.bin") if version.size > 5]
    send = store.requests.send_object

    def break_off(operation: str, key: str, method: str, **parameters: Any) -> dict[str, Any]:
        if method == "complete_multipart_upload":
            raise UnavailableError("no answer")
        return send(operation, key, method, **parameters)

    monkeypatch.setattr(store.requests, "send_object", break_off)
    with pytest.raises(UnavailableError):
        store.bring_back(old)
    assert "Uploads" not in server.client().list_multipart_uploads(Bucket=bucket)
    assert body(store, "a.bin") == b"small"


def test_every_page_is_read(store: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    send = store.requests.send

    def small_pages(operation: str, key: str, method: str, **parameters: Any) -> dict[str, Any]:
        if method == "list_object_versions":
            parameters["MaxKeys"] = 2
        return send(operation, key, method, **parameters)

    monkeypatch.setattr(store.requests, "send", small_pages)
    for number in range(3):
        for key in ("a", "b", "c d#?%é"):
            store.put(key, b"x" * number)
    found = list(store.versions())
    assert [version.key for version in found] == ["a"] * 3 + ["b"] * 3 + ["c d#?%é"] * 3
    assert [version.latest for version in found] == [True, False, False] * 3


def test_whether_versions_are_kept_is_what_the_bucket_says(store: S3Store, server: S3Server, bucket: str) -> None:
    assert store.keeps_versions()
    server.client().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert not store.keeps_versions()
    bare = open_store(server.spec(server.make_bucket(), "media"))
    assert isinstance(bare, KeepsVersions)
    assert not bare.keeps_versions()


def test_a_version_that_is_gone_is_not_found(store: S3Store, server: S3Server, bucket: str) -> None:
    store.put("a.txt", b"one")
    store.put("a.txt", b"two")
    old = list(store.versions(key="a.txt"))[-1]
    server.client().delete_object(Bucket=bucket, Key="media/a.txt", VersionId=old.id)
    with pytest.raises(NotFoundError):
        store.bring_back(old)
    assert body(store, "a.txt") == b"two"


def test_a_read_only_store_does_not_offer_it(store: S3Store) -> None:
    assert capability(store, KeepsVersions) is store
    assert capability(ReadOnlyStore(store), KeepsVersions) is None


def test_a_service_without_versions_says_so(rclone: S3Server) -> None:
    bare = open_store(rclone.spec(rclone.make_bucket(), "media"))
    assert isinstance(bare, KeepsVersions)
    with pytest.raises(UnsupportedError):
        bare.bring_back(next(iter(bare.versions())))
