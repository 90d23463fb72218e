"""What a name leads to where no object has it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from medialift.stores.base import capability
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.finding import Finds
from medialift.stores.wrappers.readonly import ReadOnlyStore
from medialift.types import Unlisted
from tests.ordinary_user import ordinary_user


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "a.jpg").write_bytes(b"a")
    return tmp_path / "media"


def test_a_root_that_is_a_link_is_followed_as_the_site_names_it(root: Path) -> None:
    (root.parent / "current").symlink_to(root)
    store = FilesystemStore(root.parent / "current")
    assert store.find(f"{root.parent}/current/a.jpg") == Unlisted(
        f"{root.parent}/current/a.jpg", "the row holds a path, not a name: it should read a.jpg", name="a.jpg"
    )
    told = store.find(f"{root}/a.jpg")
    assert told is not None
    assert not told.readable, "Django refuses it: the setting names another folder"


def test_a_name_that_is_not_utf8_is_readable_and_told(root: Path) -> None:
    with open(os.fsencode(root) + b"/caf\xe9.jpg", "wb") as file:
        file.write(b"x")
    assert FilesystemStore(root).find("caf\udce9.jpg") == Unlisted("caf\udce9.jpg", "its name is not valid UTF-8")


@pytest.mark.parametrize("name", ["gone", "a.jpg/below", "x" * 5000, "nul\0", "\ud800"])
def test_what_nobody_can_read_is_nothing(root: Path, name: str) -> None:
    assert FilesystemStore(root).find(name) is None


def test_what_may_not_be_looked_at_is_not_called_missing() -> None:
    with TemporaryDirectory() as home:
        os.chmod(home, 0o755)
        (Path(home) / "closed").mkdir(mode=0)
        store = FilesystemStore(home)
        with ordinary_user():
            assert store.find("closed/a.jpg") == Unlisted("closed/a.jpg", "Permission denied")


def test_a_store_that_is_open_for_reading_finds_too(root: Path) -> None:
    assert capability(ReadOnlyStore(FilesystemStore(root)), Finds) is not None
