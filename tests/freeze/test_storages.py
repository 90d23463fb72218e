from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages

from medialift.bridge import StorageStore, identity_of, store_for
from medialift.errors import ReadOnlyError, UploadsFrozenError
from medialift.freeze import Freezable, FreezableFileSystemStorage, FreezableMediaStorage
from medialift.freeze.storages import unfrozen
from medialift.ledger.freezing import freeze, thaw
from medialift.storage import MediaStorage
from medialift.stores.memory import MemoryStore
from medialift.stores.spec import Credentials, Secret
from tests.cli.conftest import use

pytestmark = pytest.mark.django_db


class Ownish(FileSystemStorage):
    """A storage that no fast lane knows."""

    def _save(self, name: str, content: Any) -> str:
        return str(super()._save(name, content))  # type: ignore[misc]


class FreezableOwnish(Freezable, Ownish):
    """The same with a freeze."""


@pytest.fixture(params=["disk", "bucket", "own"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    made: dict[str, Storage] = {
        "disk": FreezableFileSystemStorage(location=tmp_path),
        "bucket": FreezableMediaStorage.over(MemoryStore("media")),
        "own": FreezableOwnish(location=tmp_path),
    }
    return made[request.param]


WRITES = [
    lambda storage: storage.save("new.txt", ContentFile(b"new")),
    lambda storage: storage.delete("old.txt"),
    lambda storage: storage.open("old.txt", "wb"),
    lambda storage: storage.open("old.txt", "r+"),
]


@pytest.mark.parametrize("write", WRITES)
def test_it_refuses_every_write_and_goes_on_reading(storage: Storage, write: Any) -> None:
    storage.save("old.txt", ContentFile(b"old"))
    frozen = freeze(retry_after=300, reason="new storage")
    storage.__dict__.pop("_freeze_flag")  # a second later
    with pytest.raises(UploadsFrozenError, match="frozen for a moment \\(new storage\\)") as refused:
        write(storage)
    error = refused.value
    assert isinstance(error, ReadOnlyError)
    assert isinstance(error, PermissionError)
    assert (error.status_code, error.retryable) == (503, True)
    assert 290 <= error.retry_after <= frozen.retry_after
    assert "freeze off" in error.hint
    with storage.open("old.txt") as file:
        assert file.read() == b"old"
    assert storage.exists("old.txt")
    assert not storage.exists("new.txt")
    thaw()
    storage.__dict__.pop("_freeze_flag")
    assert storage.save("new.txt", ContentFile(b"new")) == "new.txt"


def test_an_error_of_a_freeze_crosses_processes(storage: Storage) -> None:
    freeze(retry_after=300)
    with pytest.raises(UploadsFrozenError) as refused:
        storage.save("new.txt", ContentFile(b"new"))
    again = pickle.loads(pickle.dumps(refused.value))
    assert again.retry_after == refused.value.retry_after


def test_a_move_recognises_the_store_as_if_it_were_plain(tmp_path: Path) -> None:
    plain, freezable = FileSystemStorage(location=tmp_path), FreezableFileSystemStorage(location=tmp_path)
    assert identity_of(freezable) == identity_of(plain)
    assert type(store_for(freezable)) is type(store_for(plain))
    own = store_for(FreezableOwnish(location=tmp_path))
    assert isinstance(own, StorageStore)


def test_a_move_writes_during_a_freeze(storage: Storage) -> None:
    freeze(retry_after=300)
    store_for(storage).put("moved.txt", b"moved")
    with pytest.raises(UploadsFrozenError):
        storage.save("new.txt", ContentFile(b"new"))
    assert storage.exists("moved.txt")


def test_the_unfrozen_one_is_another_object(settings: Any, tmp_path: Path) -> None:
    entry = {"BACKEND": "medialift.freeze.FreezableMediaStorage", "OPTIONS": {"provider": "memory", "prefix": "m"}}
    use(settings, {**settings.STORAGES, "default": entry})
    freeze(retry_after=300)
    site = storages["default"]
    free = unfrozen(site)
    free.save("new.txt", ContentFile(b"new"))
    with pytest.raises(UploadsFrozenError):
        site.save("new.txt", ContentFile(b"new"))
    assert pickle.loads(pickle.dumps(site)) is site
    plain = FileSystemStorage(location=tmp_path)
    assert unfrozen(plain) is plain


def test_an_upload_url_is_a_write() -> None:
    options = {"provider": "s3", "bucket": "b", "region": "eu-west-1", "access_key_id": "a", "secret_access_key": "b"}
    storage = FreezableMediaStorage(**options)
    plain = MediaStorage(**options)
    assert plain.options.spec.credentials == Credentials("a", Secret("b"))
    freeze(retry_after=300)
    assert storage.url("a.jpg").startswith("https://")
    for arguments in ((None, None, "PUT"), ()):
        with pytest.raises(UploadsFrozenError):
            storage.url("a.jpg", *arguments, **({} if arguments else {"http_method": "put"}))
