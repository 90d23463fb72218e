from __future__ import annotations

import os
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from medialift.errors import AccessDeniedError
from medialift.providers import load_provider
from medialift.stores.s3 import S3Store
from medialift.stores.uploading import Unfinished
from medialift.uploads.incoming import FOLDER, new_key
from tests.cli.conftest import Site, files, run
from tests.servers.s3server import S3Server

DAY = 24 * 3600


def arrived(site: Site, key: str, days: float) -> str:
    site.write(key, b"sent")
    then = time.time() - days * DAY
    os.utime(site.media / key, (then, then))
    return key


@pytest.fixture
def uploads(site: Site) -> dict[str, str]:
    """One upload that nobody finished, and what is not to be touched."""
    arrived(site, "stickers/old.png", 30)
    arrived(site, f"{FOLDER}/notes.txt", 30)
    return {"old": arrived(site, new_key(), 3), "young": arrived(site, new_key(), 1.5)}


def test_abandoned_uploads_are_listed_and_stay(site: Site, uploads: dict[str, str]) -> None:
    ran = run("sweep")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"{uploads['old']}\t4",
        "1 upload (4 B) that nobody finished. Nothing has been changed.",
    ]
    assert len(files(site.media)) == 4


def test_only_they_are_deleted_when_it_is_said(site: Site, uploads: dict[str, str]) -> None:
    ran = run("sweep", "--delete", "--yes")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 upload (4 B) that nobody finished: deleted.")
    assert set(files(site.media)) == {"stickers/old.png", f"{FOLDER}/notes.txt", uploads["young"]}
    again = run("sweep", "--delete", "--yes", "--json")
    assert again.objects == [{"type": "listing", "listing": "abandoned", "count": 0, "bytes": 0}]


def test_a_longer_time_spares_more(site: Site, uploads: dict[str, str]) -> None:
    assert run("sweep", "--days", "4", "--json").last["count"] == 0


@pytest.mark.usefixtures("uploads")
def test_what_a_form_may_still_take_is_refused(site: Site) -> None:
    ran = run("sweep", "--days", "1", "--delete", "--yes")
    assert ran.code == 2
    assert "--days 2 or more" in str(ran.error)
    assert len(files(site.media)) == 4


@pytest.mark.usefixtures("uploads")
def test_what_cannot_be_deleted_is_told(site: Site, monkeypatch: Any) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    with monkeypatch.context() as patch:
        patch.setattr("medialift.stores.filesystem.store.os.unlink", refuse)
        ran = run("sweep", "--delete", "--yes")
    assert ran.code == 1
    assert ran.out.splitlines()[-1] == "0 uploads (0 B) that nobody finished: deleted."
    assert len(files(site.media)) == 4


@pytest.fixture
def bucket(moto: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Store]:
    """A bucket with an upload in parts that nobody ended: moto says that it began in 2010."""
    store = S3Store(moto.spec(moto.make_bucket()), load_provider("s3-compatible"))
    parts = store.begin_parts(new_key(), size=10**8, content_type="video/mp4")
    [key] = [upload.key for upload in store.unfinished_uploads()]
    [request] = store.part_requests(key, parts, [1], expires=timedelta(minutes=5))
    body = b"x" * parts.size_of(1)
    asked = urllib.request.Request(request.url, body, {"Content-Type": "application/octet-stream"}, method="PUT")
    urllib.request.urlopen(asked).close()
    monkeypatch.setattr("medialift.cli.sweep.open_alias", lambda alias: store)
    yield store
    store.close()


def test_parts_that_never_became_a_file_are_swept_too(bucket: S3Store) -> None:
    ran = run("sweep")
    assert ran.out.splitlines()[-1] == "1 upload (8.0 MiB) that nobody finished. Nothing has been changed."
    ran = run("sweep", "--delete", "--yes")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "1 upload (8.0 MiB) that nobody finished: deleted.")
    assert list(bucket.unfinished_uploads()) == []


def test_who_may_not_list_them_is_told_so(bucket: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(prefix: str = "") -> Iterator[Unfinished]:
        raise AccessDeniedError("no")

    monkeypatch.setattr(bucket, "unfinished_uploads", refuse)
    ran = run("sweep")
    assert ran.code == 0
    assert "s3:ListBucketMultipartUploads" in ran.out + ran.err
