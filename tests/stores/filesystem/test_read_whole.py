from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from medialift.errors import InvalidKeyError, MedialiftError, NotFoundError
from medialift.stores.filesystem import FilesystemStore
from tests.move.worlds import disk

LARGEST = 1000


@pytest.fixture
def store(tmp_path: Path) -> FilesystemStore:
    return disk(tmp_path / "media", {"a/ö.jpg": b"some bytes", "empty": b"", "large": b"x" * (LARGEST + 1)})


@pytest.mark.parametrize(("key", "data"), [("a/ö.jpg", b"some bytes"), ("empty", b"")])
def test_it_is_what_opening_gives(store: FilesystemStore, key: str, data: bytes) -> None:
    whole = store.read_whole(key, LARGEST)

    assert whole is not None
    assert whole == (data, store.head(key).fingerprint, False, False)


def test_a_large_file_has_to_be_opened(store: FilesystemStore) -> None:
    assert store.read_whole("large", LARGEST) is None
    assert store.read_whole("large", LARGEST + 1) is not None


@pytest.mark.parametrize(("key", "error"), [("gone", NotFoundError), ("a", MedialiftError), ("../x", InvalidKeyError)])
def test_what_is_no_file_is_told(store: FilesystemStore, key: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        store.read_whole(key, LARGEST)


def test_links_are_followed_within_the_root_only(store: FilesystemStore, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(b"secret")
    (tmp_path / "media-too").write_bytes(b"secret")
    for name, target in {
        "in": "a/ö.jpg",
        "out": "../outside/secret",
        "folder": "../outside",
        "beside": "../media-too",
    }.items():
        (tmp_path / "media" / name).symlink_to(target)

    found = store.read_whole("in", LARGEST)

    assert found is not None
    assert found.data == b"some bytes"
    for key in ("out", "folder/secret", "beside"):
        with pytest.raises(MedialiftError):
            store.read_whole(key, LARGEST)


def test_a_pipe_is_not_waited_for(store: FilesystemStore, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "media" / "pipe")

    with pytest.raises(MedialiftError):
        store.read_whole("pipe", LARGEST)


def test_a_writer_is_told_of(store: FilesystemStore, tmp_path: Path) -> None:
    with (tmp_path / "media" / "empty").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        found = store.read_whole("empty", LARGEST)

    assert found is not None
    assert found.is_being_written


def test_where_there_are_no_locks_nobody_holds_one(store: FilesystemStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*args: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    found = store.read_whole("empty", LARGEST)

    assert found is not None
    assert not found.is_being_written


@pytest.mark.parametrize("change", ["grown", "replaced", "shrunk"])
def test_a_change_while_it_is_read_is_seen(
    store: FilesystemStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    path, read = tmp_path / "media" / "a" / "ö.jpg", os.read

    def reading(descriptor: int, size: int) -> bytes:
        if change == "replaced":
            (tmp_path / "new").write_bytes(b"other byte")
            (tmp_path / "new").replace(path)
        else:
            path.write_bytes(b"some bytes and more" if change == "grown" else b"some")
        return read(descriptor, size)

    monkeypatch.setattr(os, "read", reading)
    found = store.read_whole("a/ö.jpg", LARGEST)

    assert found is not None
    assert found.has_changed
