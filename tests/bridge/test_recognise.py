from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage, default_storage
from django.test import override_settings
from storages.backends.s3 import S3Storage

from medialift.bridge import StorageStore, alias_of, aliases_by_place, identity_of, store_for
from medialift.errors import ConfigError
from medialift.storage import MediaStorage
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.memory import MemoryStore
from medialift.types import StoreIdentity

R2 = "https://abc123.r2.cloudflarestorage.com"


class Renames(FileSystemStorage):
    def get_valid_name(self, name: str) -> str:
        return name.lower()


class Encrypts(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        turned = ContentFile(bytes(255 - byte for byte in content.read()))
        return str(super()._save(name, turned))  # type: ignore[misc]


class MediaS3(S3Storage):  # type: ignore[misc]
    bucket_name = "bucket"
    location = "media"


class PerTenantS3(S3Storage):  # type: ignore[misc]
    def _normalize_name(self, name: str) -> str:
        return f"tenant/{name}"


def test_a_folder_is_gone_to_directly(tmp_path: Path) -> None:
    storage = FileSystemStorage(tmp_path, base_url="/m/", file_permissions_mode=0o640)
    storage.save("a/cat.jpg", ContentFile(b"miau"))
    store = store_for(storage)
    assert isinstance(store, FilesystemStore)
    assert [info.key for info in store.list()] == ["a/cat.jpg"]
    store.put("dog.jpg", b"wau")
    assert (tmp_path / "dog.jpg").stat().st_mode & 0o777 == 0o640
    with storage.open("dog.jpg") as file:
        assert file.read() == b"wau"


def test_a_media_storage_gives_its_own_store() -> None:
    store = MemoryStore()
    assert store_for(MediaStorage.over(store)) is store


def test_a_lazy_storage_is_unwrapped(tmp_path: Path) -> None:
    with override_settings(
        MEDIA_ROOT=tmp_path,
        STORAGES={"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}},
    ):
        assert identity_of(default_storage) == FilesystemStore(tmp_path).identity


def test_a_subclass_that_only_names_differently_takes_the_fast_lane(tmp_path: Path) -> None:
    assert isinstance(store_for(Renames(tmp_path)), FilesystemStore)


@pytest.mark.parametrize("storage", [Encrypts("/tmp"), InMemoryStorage(), PerTenantS3(bucket_name="b")], ids=type)
def test_a_storage_that_decides_itself_what_is_kept_is_asked(storage: Any) -> None:
    assert isinstance(store_for(storage), StorageStore)


def test_django_storages_bucket_is_opened_with_the_same_settings() -> None:
    from medialift.stores.s3 import S3Store

    storage = S3Storage(
        bucket_name="bucket",
        location="media/",
        endpoint_url=R2,
        region_name="auto",
        access_key="AKIA",
        secret_key="secret",
        default_acl="private",
        custom_domain="cdn.example.com",
        object_parameters={"CacheControl": "max-age=1"},
    )
    store = store_for(storage)
    assert isinstance(store, S3Store)
    assert store.identity == StoreIdentity("r2", "bucket", "media", "abc123.r2.cloudflarestorage.com")
    spec = store._spec
    assert spec.credentials is not None
    assert (spec.credentials.access_key_id, spec.credentials.secret_access_key.reveal()) == ("AKIA", "secret")
    assert spec.object_parameters == {"CacheControl": "max-age=1", "ACL": "private"}
    assert store.public_url("a b.jpg") == "https://cdn.example.com/media/a%20b.jpg"


def test_both_packages_storages_of_one_bucket_are_one_store() -> None:
    theirs = S3Storage(bucket_name="bucket", location="media", region_name="eu-west-1")
    ours = MediaStorage(bucket="bucket", prefix="media", region="eu-west-1")
    assert identity_of(theirs) == identity_of(ours)


def test_class_attributes_are_settings_too() -> None:
    assert identity_of(MediaS3(region_name="eu-west-1")) == StoreIdentity("s3", "bucket", "media")


def test_a_storage_that_compresses_is_asked() -> None:
    assert isinstance(store_for(S3Storage(bucket_name="b", region_name="eu-west-1", gzip=True)), StorageStore)


def test_a_storage_without_a_bucket_says_so() -> None:
    with pytest.raises(ConfigError, match="bucket"):
        store_for(S3Storage(region_name="eu-west-1"))


def test_the_alias_of_a_store_is_found_in_the_settings(tmp_path: Path) -> None:
    entries = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "broken": {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"bucket": "b", "provider": "r2"}},
        "missing": {"BACKEND": "no.such.Storage"},
        "disk": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
        "cloud": {
            "BACKEND": "medialift.storage.MediaStorage",
            "OPTIONS": {"bucket": "b", "prefix": "m", "region": "eu-west-1"},
        },
    }
    with override_settings(STORAGES=entries):
        assert alias_of(FilesystemStore(tmp_path).identity) == "disk"
        assert alias_of(StoreIdentity("s3", "b", "m")) == "cloud"
        assert alias_of(StoreIdentity("s3", "b")) is None
        assert alias_of(StoreIdentity("s3", "b", "m/deeper")) is None
        places = aliases_by_place()
        assert places[FilesystemStore(tmp_path).identity.place] == "disk"
        assert places[StoreIdentity("s3", "b", "m").place] == "cloud"
        assert set(places.values()) == {"default", "disk", "cloud"}


def test_of_several_aliases_the_sites_own_counts(tmp_path: Path) -> None:
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    here = FilesystemStore(tmp_path).identity
    with override_settings(STORAGES={"local": disk, "default": disk}):
        assert alias_of(here) == "default"
        assert alias_of(here, besides="default") == "local"
        assert aliases_by_place() == {here.place: "default"}
    with override_settings(STORAGES={"default": disk, "local": disk}):
        assert aliases_by_place() == {here.place: "default"}
    with override_settings(STORAGES={"default": disk}):
        assert alias_of(here, besides="default") is None


def test_django_storages_need_not_be_installed() -> None:
    code = (
        "import sys; sys.modules['storages'] = None\n"
        "from django.conf import settings; settings.configure()\n"
        "from django.core.files.storage import InMemoryStorage\n"
        "from medialift.bridge import store_for; print(type(store_for(InMemoryStorage())).__name__)\n"
        "assert 'boto3' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("StorageStore\n", "")
