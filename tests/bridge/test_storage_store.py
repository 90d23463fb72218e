from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage, Storage
from django.test import override_settings

from medialift.bridge import StorageStore
from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    DigestMismatchError,
    NotFoundError,
    StoreError,
    UnavailableError,
)
from medialift.stores.base import ObjectStore
from medialift.testing.contract import StoreContract
from medialift.types import Headers


class TestOverInMemoryStorage(StoreContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        return StorageStore(InMemoryStorage())


class TestOverFileSystemStorage(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> ObjectStore:
        return StorageStore(FileSystemStorage(tmp_path))


class AlwaysRenames(InMemoryStorage):
    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return super().get_available_name(f"renamed-{name}", max_length)


class Remembers(InMemoryStorage):
    """Keeps what ``save`` was given beside the bytes, as storages for the cloud do."""

    def __init__(self) -> None:
        super().__init__()
        self.types: dict[str, str] = {}

    def _save(self, name: str, content: Any) -> str:
        self.types[name] = content.content_type
        return str(super()._save(name, content))  # type: ignore[misc]


class Raises(Storage):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def exists(self, name: str) -> bool:
        raise self.error


def test_a_storage_that_saves_under_another_name_is_undone() -> None:
    storage = AlwaysRenames()
    with pytest.raises(AlreadyExistsError, match="renamed-cat"):
        StorageStore(storage).put("cat.jpg", b"miau")
    assert storage.listdir("") == ([], [])


def test_a_wrong_digest_never_reaches_the_storage() -> None:
    storage = InMemoryStorage()
    storage.save("cat.jpg", ContentFile(b"old"))
    with pytest.raises(DigestMismatchError):
        StorageStore(storage).put("cat.jpg", b"new", md5=b"0" * 16)
    assert storage.open("cat.jpg").read() == b"old"


def test_the_storage_is_told_the_content_type() -> None:
    storage = Remembers()
    StorageStore(storage).put("cat", b"miau", headers=Headers(content_type="image/avif"))
    assert storage.types == {"cat": "image/avif"}


def test_a_folder_is_never_deleted() -> None:
    storage = InMemoryStorage()
    storage.save("photos/cat.jpg", ContentFile(b"miau"))
    StorageStore(storage).delete("photos")
    assert storage.exists("photos/cat.jpg")
    with pytest.raises(NotFoundError):
        StorageStore(storage).head("photos")


def test_a_file_that_cannot_seek_is_read_from_the_middle() -> None:
    class Once(io.BytesIO):
        def seekable(self) -> bool:
            return False

    class Streams(InMemoryStorage):
        def open(self, name: str, mode: str = "rb") -> Any:
            return Once(super().open(name, mode).read())

    storage = Streams()
    storage.save("cat.jpg", ContentFile(b"0123456789"))
    with StorageStore(storage).get("cat.jpg", start=3, length=4) as download:
        assert download.read() == b"3456"


@pytest.mark.parametrize("use_tz", [True, False])
def test_the_time_is_aware_and_right_whatever_the_site_uses(use_tz: bool) -> None:
    storage = InMemoryStorage()
    with override_settings(USE_TZ=use_tz, TIME_ZONE="Asia/Kathmandu"):
        storage.save("cat.jpg", ContentFile(b"miau"))
        modified = StorageStore(storage).head("cat.jpg").modified
    assert modified is not None
    assert modified.tzinfo == timezone.utc
    assert abs(modified - datetime.now(timezone.utc)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (PermissionError("no"), AccessDeniedError),
        (FileNotFoundError("no"), NotFoundError),
        (ConnectionResetError("no"), UnavailableError),
        (TimeoutError("no"), UnavailableError),
        (RuntimeError("key=SECRET"), StoreError),
    ],
)
def test_whatever_a_storage_raises_becomes_an_error_of_ours(raised: Exception, expected: type[StoreError]) -> None:
    with pytest.raises(StoreError) as caught:
        StorageStore(Raises(raised)).head("cat.jpg")
    assert type(caught.value) is expected
    assert caught.value.__cause__ is raised
    assert "SECRET" not in str(caught.value)


class TestFinding:
    """What the storage has by a name, and no object is."""

    def test_a_path_that_the_storage_takes_for_a_name_is_found(self, tmp_path: Path) -> None:
        (tmp_path / "a.jpg").write_bytes(b"a")
        found = StorageStore(FileSystemStorage(tmp_path)).find(f"{tmp_path}/a.jpg")
        assert found is not None
        assert found.readable

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        (tmp_path / "album").mkdir()
        (tmp_path / "album" / "a.jpg").write_bytes(b"a")
        found = StorageStore(FileSystemStorage(tmp_path)).find("album")
        assert found is not None
        assert not found.readable

    @pytest.mark.parametrize("name", ["gone", "../gone"])
    def test_what_the_storage_has_not_is_nothing(self, tmp_path: Path, name: str) -> None:
        assert StorageStore(FileSystemStorage(tmp_path)).find(name) is None

    def test_what_may_not_be_asked_is_not_called_missing(self) -> None:
        found = StorageStore(Raises(PermissionError(13, "no"))).find("a.jpg")
        assert found is not None
        assert (found.readable, found.reason) == (True, "Permission denied")

    def test_a_storage_that_cannot_be_asked_is_an_error(self) -> None:
        with pytest.raises(UnavailableError):
            StorageStore(Raises(ConnectionError())).find("a.jpg")
