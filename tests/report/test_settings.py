from __future__ import annotations

from typing import Any

import pytest

import medialift
from medialift.conf import resolve
from medialift.report.settings import UNKNOWN_REGION, entry_for, free_alias, switch
from medialift.stores import open_store
from medialift.types import StoreIdentity

DISK = StoreIdentity("filesystem", "/srv/site/media")


def pasted(text: str, **storages: Any) -> dict[str, Any]:
    """STORAGES after a person has pasted *text* into the settings."""
    exec(text, {"STORAGES": storages, "medialift": medialift})
    return storages


def test_after_the_switch_the_alias_names_the_target_and_the_source_has_its_own() -> None:
    text = switch("default", "cloud", DISK, ("default", "cloud"))
    assert pasted(text, default=1, cloud=2) == {"default": 2, "cloud": 2, "local": 1}


def test_an_alias_that_is_taken_is_not_lost() -> None:
    text = switch("default", "cloud", DISK, ("default", "cloud", "local", "local-2"))
    after = pasted(text, default=1, cloud=2, local=3)
    assert (after["local"], after["local-3"]) == (3, 1)


def test_a_source_that_another_alias_names_already_needs_no_third() -> None:
    text = switch("default", "cloud", DISK, ("default", "cloud", "local"), kept="local")
    assert pasted(text, default=1, cloud=2, local=1) == {"default": 2, "cloud": 2, "local": 1}


def test_a_bucket_that_was_the_source_is_not_called_local() -> None:
    text = switch("uploads", "new", StoreIdentity("s3", "old-bucket"), ("uploads", "new"))
    assert pasted(text, uploads=1, new=2)["uploads-before"] == 1


def test_a_free_alias_counts_up() -> None:
    assert free_alias("local", ()) == "local"
    assert free_alias("local", ("local", "local-2")) == "local-3"


def test_the_entry_of_a_folder_names_the_folder() -> None:
    (entry,) = pasted(entry_for(StoreIdentity("filesystem", '/srv/it\'s "media"'))).values()
    assert entry["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    assert entry["OPTIONS"]["location"] == '/srv/it\'s "media"'


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket/media/uploads?region=eu-west-1",
        "minio://bucket/with%20space?endpoint_url=http://127.0.0.1:9000",
        "minio://bucket?endpoint_url=http://[::1]:9000",
        "minio://bucket?endpoint_url=https://minio.example.org/path",
        "r2://bucket/media?account_id=abc123",
        "b2://bucket/media?region=us-west-004",
    ],
)
def test_the_entry_of_a_bucket_opens_that_very_bucket(url: str) -> None:
    identity = identity_of(medialift.config(url))
    (entry,) = pasted(entry_for(identity).replace(UNKNOWN_REGION, "eu-west-1")).values()
    assert identity_of(entry) == identity


def identity_of(entry: dict[str, Any]) -> StoreIdentity:
    return open_store(resolve(entry["OPTIONS"]).spec).identity
