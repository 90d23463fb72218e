"""What is swept, and what never is."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from medialift.stores.filesystem import FilesystemStore
from medialift.uploads import FOLDER, abandoned, sweep
from medialift.uploads.incoming import SHORTEST, new_key


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
