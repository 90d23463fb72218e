"""A file's way from the input of a form to its row, in a real browser, to each kind of store."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from medialift.testing.cloudinary import Account, CloudinaryServer
from medialift.testing.proxy import Proxy
from medialift.testing.supabase import SupabaseServer
from tests.desk.models import Submission
from tests.servers.chromium import Page
from tests.servers.proxy import FaultProxy
from tests.servers.rules import cut_upload, lose_answer, reset, when
from tests.servers.s3server import S3Server
from tests.stores.s3.known import SMALLEST_PART
from tests.uploads import test_cloudinary, test_supabase
from tests.uploads.browser.conftest import InBucket, in_parts, saved_row, written
from tests.uploads.conftest import any_file, keys
from tests.validators.samples import picture

PICTURE = picture("PNG")
FILM = os.urandom(2 * SMALLEST_PART + 7)


@pytest.mark.parametrize("place", ["disk", "moto", "ceph PUT", "ceph POST"])
def test_a_file_reaches_its_row(
    request: pytest.FixtureRequest, page: Page, in_bucket: InBucket, place: str, tmp_path: Path
) -> None:
    kind, _, method = place.partition(" ")
    storage = request.getfixturevalue(kind)
    if kind != "disk":
        provider = "ceph" if method == "POST" else "s3-compatible"
        storage = in_bucket(storage, provider)
    page.open("/plain/")
    page.choose(written(tmp_path, "My Cat.png", PICTURE))
    page.wait_for(["done"])
    assert page.said() == "My Cat.png was sent."
    row = saved_row(page)
    assert str(row.plain.name).startswith("plain/My_Cat_")
    assert keys(storage) == [row.plain.name]
    assert content(row) == PICTURE


@pytest.mark.usefixtures("disk")
def test_a_file_of_one_byte_and_one_of_none(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    any_file(monkeypatch)
    page.open("/plain/")
    page.choose(written(tmp_path, "none.txt", b""))
    page.wait_for(["failed"])
    assert page.problems() == ["This file is empty."]
    page.choose(written(tmp_path, "one.txt", b"1"))
    page.wait_for(["done"])
    assert content(saved_row(page)) == b"1"


def test_a_large_file_goes_in_parts(
    page: Page, ceph: S3Server, in_bucket: InBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultProxy(ceph, when(cut_upload(3), operation="UploadPart", times=2)) as proxy:
        in_parts(in_bucket(proxy.server))
        any_file(monkeypatch)
        page.open("/plain/")
        page.choose(written(tmp_path, "film.bin", FILM))
        page.wait_for(["done"])
        assert proxy.operations()["UploadPart"] == 5, "three parts, two of them sent twice"
        assert content(saved_row(page)) == FILM
        assert page.script("return localStorage.length") == 0


@pytest.mark.prove
def test_two_hundred_megabytes(
    page: Page, ceph: S3Server, in_bucket: InBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece, path, count = os.urandom(1_000_000), tmp_path / "film.bin", 200
    with path.open("wb") as file:
        for _ in range(count):
            file.write(piece)
    in_bucket(ceph)
    any_file(monkeypatch)
    page.open("/plain/")
    page.choose(path)
    page.until(lambda: page.states() == ["done"], lambda: str(page.problems()), seconds=180)
    row = saved_row(page)
    with path.open("rb") as sent, row.plain.open() as stored:
        assert digest(stored) == digest(sent)


def test_an_upload_goes_on_after_a_reload(
    page: Page, ceph: S3Server, in_bucket: InBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultProxy(ceph, when(reset(), operation="UploadPart", skip=1)) as proxy:
        in_parts(in_bucket(proxy.server))
        any_file(monkeypatch)
        path = written(tmp_path, "film.bin", FILM)
        page.open("/plain/")
        page.choose(path)
        page.until(lambda: proxy.operations()["UploadPart"] > 3)
        page.until(lambda: arrived(ceph, bucket_of(proxy)) == 1)
        page.open("/plain/")
        proxy.rules.clear()
        proxy.forget()
        page.choose(path)
        page.wait_for(["done"])
        assert proxy.operations()["UploadPart"] == 2, "one part had arrived"
        assert proxy.operations()["CreateMultipartUpload"] == 0
        assert content(saved_row(page)) == FILM


def digest(file: Any) -> bytes:
    found = hashlib.sha256()
    while piece := file.read(1024**2):
        found.update(piece)
    return found.digest()


def bucket_of(proxy: FaultProxy) -> str:
    return next(request.bucket for request in proxy.requests if request.operation == "UploadPart")


def arrived(server: S3Server, bucket: str) -> int:
    """How many parts of its one upload lie in the bucket."""
    [upload] = server.client().list_multipart_uploads(Bucket=bucket)["Uploads"]
    told = server.client().list_parts(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    return len(told.get("Parts", []))


def test_a_lost_answer_is_no_lost_file(
    page: Page, ceph: S3Server, in_bucket: InBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Chromium sends a request again by itself if a connection breaks that it had used before.
    with FaultProxy(ceph, when(lose_answer(), operation="PutObject", times=2)) as proxy:
        in_bucket(proxy.server)
        page.open("/plain/")
        page.choose(written(tmp_path, "cat.png", PICTURE))
        page.wait_for(["done"])
        assert proxy.operations()["PutObject"] == 2, "asked whether it is there, before it was sent again"
        assert content(saved_row(page)) == PICTURE


@pytest.mark.parametrize("size", [7, test_supabase.CHUNK + 7])
def test_supabase_takes_files_itself(page: Page, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = os.urandom(size)
    with SupabaseServer() as server:
        server.project.make_bucket("media")
        storage = test_supabase.storage_of(server.url, server, monkeypatch)
        page.open("/plain/")
        page.choose(written(tmp_path, "film.bin", data))
        page.wait_for(["done"])
        assert content(saved_row(page)) == data
        storage.store.close()


@pytest.mark.parametrize("size", [7, 20_000_007])
def test_cloudinary_takes_files_itself(page: Page, size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = os.urandom(size)
    any_file(monkeypatch)
    account = Account(largest=dict.fromkeys(("image", "video", "raw"), 2**30), distinct_versions=True)
    with CloudinaryServer(account) as server:
        storage = test_cloudinary.storage_of(server.url, server, monkeypatch)
        page.open("/plain/")
        page.choose(written(tmp_path, "film.bin", data))
        page.wait_for(["done"])
        assert content(saved_row(page)) == data
        storage.store.close()


def content(row: Submission) -> Any:
    with row.plain.open() as file:
        return file.read()


def test_tus_goes_on_where_a_connection_broke_and_after_a_reload(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(2 * test_supabase.CHUNK + 7)
    with SupabaseServer() as server, Proxy(server.url) as proxy:
        server.project.make_bucket("media")
        storage = test_supabase.storage_of(proxy.url, server, monkeypatch)
        broken = when(reset(), operation="PATCH", skip=1)
        proxy.rules.append(broken)
        path = written(tmp_path, "film.bin", data)
        page.open("/plain/")
        page.choose(path)
        page.until(lambda: proxy.count("PATCH") > 2)
        page.open("/plain/")
        proxy.rules.remove(broken)
        proxy.forget()
        page.choose(path)
        page.wait_for(["done"])
        assert proxy.count("PATCH") == 2, "the first chunk had arrived"
        assert content(saved_row(page)) == data
        storage.store.close()
