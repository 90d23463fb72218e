"""What the abilities must keep that a store has beyond the required verbs."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

import pytest

from medialift.errors import InvalidKeyError
from medialift.stores.base import (
    ListsFolders,
    MakesBucket,
    ObjectStore,
    PublicUrls,
    ReadsPaths,
    Signs,
    TellsUnlisted,
    TellsWriting,
    capability,
)
from medialift.testing.contract.base import ContractBase
from medialift.testing.contract.bodies import fetch, holds, keys_of

A = TypeVar("A")
KEY = "my photos/100% caf\u00e9?.jpg"
PLAIN_KEY = "photos/cat.jpg"


def needed(store: ObjectStore, ability: type[A]) -> A:
    layer = capability(store, ability)
    if layer is None:
        pytest.skip(f"this store has not the ability {ability.__name__}")
    return layer


def key_for_urls(store: ObjectStore) -> str:
    return KEY if holds(store, KEY) else PLAIN_KEY


class Abilities(ContractBase):
    def key_in(self, url: str) -> str:
        """The end of *url* that names the object: its path's, unless the service names it otherwise."""
        return unquote(urlsplit(url).path)

    def test_a_public_url_names_the_object(self, store: ObjectStore) -> None:
        key = key_for_urls(store)
        url = needed(store, PublicUrls).public_url(key)
        assert url.isascii()
        assert self.key_in(url).endswith(f"/{key}")
        assert (urlsplit(url).query, urlsplit(url).fragment) == ("", "")

    def test_a_signed_url_names_the_object_and_no_secret(self, store: ObjectStore, secrets: tuple[str, ...]) -> None:
        key = key_for_urls(store)
        url = needed(store, Signs).signed_url(key, expires=timedelta(hours=1))
        assert url.isascii()
        assert self.key_in(url).endswith(f"/{key}")
        assert [secret for secret in secrets if secret in url] == []

    def test_signing_for_longer_than_is_honoured_is_refused(self, store: ObjectStore) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - the words are the store's own
            needed(store, Signs).signed_url(PLAIN_KEY, expires=timedelta(days=3_650))

    def test_urls_of_keys_that_lead_out_are_refused(self, store: ObjectStore) -> None:
        with pytest.raises(InvalidKeyError):
            needed(store, PublicUrls).public_url("../x")

    def test_a_path_is_that_of_the_objects_file(self, store: ObjectStore) -> None:
        layer = needed(store, ReadsPaths)
        store.put("a/b", b"1")
        assert os.path.isabs(layer.path_of("a/b"))
        assert Path(layer.path_of("a/b")).read_bytes() == b"1"
        with pytest.raises(InvalidKeyError):
            layer.path_of("../x")

    def test_making_the_bucket_again_is_no_error(self, store: ObjectStore) -> None:
        layer = needed(store, MakesBucket)
        store.put("a", b"1")
        layer.make_bucket()
        assert fetch(store, "a") == b"1"

    def test_what_was_put_is_never_unlisted(self, store: ObjectStore) -> None:
        layer = needed(store, TellsUnlisted)
        store.put("a/b", b"1")
        assert list(layer.unlisted()) == []

    def test_what_was_put_is_not_being_written(self, store: ObjectStore) -> None:
        layer = needed(store, TellsWriting)
        store.put("a/b", b"1")
        assert not layer.is_being_written("a/b")

    def test_one_level_is_listed(self, store: ObjectStore) -> None:
        layer = needed(store, ListsFolders)
        for key in ("top", "a/one", "a/two", "a/b/deep", "a/b/c/deeper", "ab/other"):
            store.put(key, b"1")
        root, folder = layer.list_folder(), layer.list_folder("a")
        assert (sorted(root.folders), [info.key for info in root.objects]) == (["a", "ab"], ["top"])
        assert (folder.folders, sorted(info.key for info in folder.objects)) == (("b",), ["a/one", "a/two"])
        assert len(keys_of(store)) == 6
        assert layer.list_folder("missing") == type(folder)((), ())
