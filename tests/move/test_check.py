from __future__ import annotations

import os
from pathlib import Path

import pytest

from medialift.errors import CredentialsError, RefusedError
from medialift.move.check import check_pair
from medialift.stores.base import ObjectStore
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.memory import MemoryStore
from medialift.stores.wrappers.trace import CallCounter, TraceStore
from medialift.testing.faults import Fail, FaultyStore
from medialift.types import StoreIdentity
from tests.move.worlds import disk, memory


def at(container: str, prefix: str = "", endpoint: str = "", provider: str = "s3") -> MemoryStore:
    store = MemoryStore()
    store.identity = StoreIdentity(provider, container, prefix, endpoint)
    return store


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        (at("media"), at("media"), "the same place"),
        (at("media", "a"), at("media", "a/"), "the same place"),
        (at("media", endpoint="https://x"), at("media", endpoint="https://x", provider="minio"), "the same place"),
        (at("media"), at("media", "a"), "inside the source"),
        (at("media", "a/b"), at("media", "a"), "inside the target"),
    ],
)
def test_pairs_that_make_no_sense_are_refused(source: MemoryStore, target: MemoryStore, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason) as caught:
        check_pair(source, target)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (at("media"), at("media-2")),
        (at("media", "a"), at("media", "ab")),
        (at("media", endpoint="https://x"), at("media", endpoint="https://y")),
    ],
)
def test_neighbours_are_not_the_same_place(source: MemoryStore, target: MemoryStore) -> None:
    check_pair(source, target)


def test_a_folder_inside_the_other_is_refused_through_a_link(tmp_path: Path) -> None:
    disk(tmp_path / "media")
    (tmp_path / "media" / "deep").mkdir()
    os.symlink(tmp_path / "media" / "deep", tmp_path / "link")
    with pytest.raises(RefusedError, match="inside the source"):
        check_pair(FilesystemStore(tmp_path / "media"), FilesystemStore(tmp_path / "link"))


def test_a_folder_that_is_not_there_is_refused_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="cannot be listed") as caught:
        check_pair(FilesystemStore(tmp_path / "nowhere"), memory())
    assert "Create" in caught.value.hint


@pytest.mark.parametrize("side", ["source", "target"])
def test_wrong_credentials_are_told_as_they_are(side: str) -> None:
    broken = FaultyStore(memory({"a": b""}))
    broken.stage("list", Fail(CredentialsError))
    pair: dict[str, ObjectStore] = {"source": memory(name="here"), "target": memory(name="there"), side: broken}
    with pytest.raises(CredentialsError):
        check_pair(pair["source"], pair["target"])


def test_a_check_costs_one_listing_of_each_side_and_writes_nothing() -> None:
    counter = CallCounter()
    files = {f"{number:05}": b"" for number in range(3000)}
    check_pair(TraceStore(memory(files), counter), TraceStore(memory(name="target"), counter))
    assert counter.calls == {"list": 2}
