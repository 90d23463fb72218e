"""What is swept, and what never is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from medialift.errors import AccessDeniedError
from medialift.providers import load_provider
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.s3 import S3Store
from medialift.uploads import FOLDER, abandoned, sweep, unfinished
from medialift.uploads.incoming import SHORTEST, new_key
from tests.servers.s3server import S3Server


def aged(root: Path, store: FilesystemStore, key: str, age: timedelta) -> str:
    store.put(key, b"x")
    path = root / key
    then = path.stat().st_mtime - age.total_seconds()
    os.utime(path, (then, then))
    return key


def test_only_what_tickets_made_and_nobody_took_is_swept(tmp_path: Path) -> None:
    store = FilesystemStore(tmp_path)
    old = timedelta(days=3)
    left = {
        aged(tmp_path, store, new_key(), timedelta(days=1)),
        aged(tmp_path, store, f"{FOLDER}/readme.txt", old),
        aged(tmp_path, store, "photos/cat.jpg", old),
        aged(tmp_path, store, f"photos/{new_key()}", old),
    }
    gone = aged(tmp_path, store, new_key(), old)
    assert [info.key for info in abandoned(store)] == [gone]
    assert {info.key for info in store.list()} == {*left, gone}, "telling deletes nothing"
    assert list(sweep(store)) == []
    assert {info.key for info in store.list()} == left
    assert list(sweep(store)) == []


def test_a_file_that_may_still_be_taken_is_not_swept(tmp_path: Path) -> None:
    store = FilesystemStore(tmp_path)
    with pytest.raises(ValueError, match="can be taken"):
        list(abandoned(store, older_than=SHORTEST - timedelta(seconds=1)))
    with pytest.raises(ValueError, match="can be taken"):
        list(sweep(store, older_than=timedelta(0)))


@pytest.fixture
def on_moto(moto: S3Server) -> Iterator[S3Store]:
    """moto says of all uploads that they began in 2010."""
    store = S3Store(moto.spec(moto.make_bucket(), "media"), load_provider("s3-compatible"))
    yield store
    store.close()


def test_uploads_that_nobody_ended_are_swept(on_moto: S3Store) -> None:
    mine, readme, elsewhere = new_key(), f"{FOLDER}/readme.txt", f"photos/{new_key()}"
    for key in (mine, readme, elsewhere):
        on_moto.begin_parts(key, size=10**8, content_type="video/mp4")
    assert [upload.key for upload in unfinished(on_moto)] == [mine]
    assert list(sweep(on_moto)) == []
    assert {upload.key for upload in on_moto.unfinished_uploads()} == {readme, elsewhere}
    with pytest.raises(ValueError, match="can be taken"):
        list(unfinished(on_moto, older_than=timedelta(hours=1)))


def test_what_cannot_be_thrown_away_is_told(on_moto: S3Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = on_moto.begin_parts(new_key(), size=10**8, content_type="video/mp4")
    on_moto.begin_parts(new_key(), size=10**8, content_type="video/mp4")
    give_up = on_moto.abort_parts

    def refuse(key: str, upload: str) -> None:
        if upload == first.id:
            raise AccessDeniedError("no", key=key)
        give_up(key, upload)

    monkeypatch.setattr(on_moto, "abort_parts", refuse)
    assert [type(error) for error in sweep(on_moto)] == [AccessDeniedError]
    assert [upload.id for upload in on_moto.unfinished_uploads()] == [first.id]


def test_an_upload_that_still_goes_on_is_not_swept(ceph: S3Server) -> None:
    store = S3Store(ceph.spec(ceph.make_bucket()), load_provider("ceph"))
    parts = store.begin_parts(new_key(), size=10**8, content_type="video/mp4")
    assert list(unfinished(store)) == []
    assert list(sweep(store)) == []
    assert [upload.id for upload in store.unfinished_uploads()] == [parts.id]
    store.close()


def test_where_there_are_no_parts_there_is_nothing_unfinished(tmp_path: Path) -> None:
    assert list(unfinished(FilesystemStore(tmp_path))) == []
