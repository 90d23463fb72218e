"""django-storages' Google and Azure storages through the bridge, on emulators: every verb, and moves both ways."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from medialift.bridge import StorageStore, store_for
from medialift.errors import AlreadyExistsError, InvalidKeyError, NotFoundError, UnsupportedError
from medialift.move import run
from medialift.move.memory_journal import MemoryJournal
from medialift.stores.base import Folder, ObjectStore
from medialift.testing.contract.bodies import fetch, keys_of, pattern
from medialift.types import Proof, State
from tests.bridge.cloud import MakeStorage, azure, azure_server, google, google_server
from tests.move.worlds import disk, job, rows

__all__ = ["azure", "azure_server", "google", "google_server"]

FILES = {
    "photos/été 日本 (1)~.jpg": pattern(5_000, 1),
    "photos/2026/cafe\u0301.txt": b"decomposed",
    "caf\u00e9.txt": b"composed",
    "empty.txt": b"",
    "Cat.jpg": b"large",
    "cat.jpg": b"small",
    "films/long.mp4": pattern(9 * 1024 * 1024, 2),
}


@pytest.fixture(params=["google", "azure"])
def make(request: pytest.FixtureRequest) -> MakeStorage:
    found: MakeStorage = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["", "sites/a"], ids=["at the root", "in a folder"])
def store(make: MakeStorage, request: pytest.FixtureRequest) -> ObjectStore:
    found = store_for(make(location=request.param))
    assert isinstance(found, StorageStore)
    return found


def test_what_was_put_is_there_under_its_key(store: ObjectStore) -> None:
    store.put("a/é 1.txt", b"0123456789")
    assert fetch(store, "a/é 1.txt") == b"0123456789"
    with store.get("a/é 1.txt", start=3, length=4) as part:
        assert part.read() == b"3456"
    store.put("a/é 1.txt", b"new")
    assert (store.head("a/é 1.txt").size, fetch(store, "a/é 1.txt")) == (3, b"new")
    modified = store.head("a/é 1.txt").modified
    assert modified is not None
    assert modified.tzinfo is not None


def test_what_is_missing_is_not_found(store: ObjectStore) -> None:
    for verb in (store.get, store.head):
        with pytest.raises(NotFoundError):
            verb("missing.txt")
    store.delete("missing.txt")


def test_what_was_deleted_is_gone_and_its_neighbours_stay(store: ObjectStore) -> None:
    for key in ("a", "a.txt", "b/c.txt"):
        store.put(key, b"x")
    store.delete("a")
    assert list(store.delete_many(["a.txt", "missing"])) == []
    assert keys_of(store) == ["b/c.txt"]


def test_listings_give_keys_in_order_and_folders_apart(store: ObjectStore) -> None:
    for key in ("b.txt", "a/2.txt", "a/1.txt", "a/deep/er/3.txt", "a.txt", "ab/x"):
        store.put(key, key.encode())
    assert keys_of(store) == ["a.txt", "a/1.txt", "a/2.txt", "a/deep/er/3.txt", "ab/x", "b.txt"]
    assert keys_of(store, "a") == ["a/1.txt", "a/2.txt", "a/deep/er/3.txt"]
    assert [info.key for info in store.list(after="a/2.txt")] == ["a/deep/er/3.txt", "ab/x", "b.txt"]
    assert isinstance(store, StorageStore)
    assert _names(store.list_folder("a")) == (("deep",), ("a/1.txt", "a/2.txt"))
    assert _names(store.list_folder()) == (("a", "ab"), ("a.txt", "b.txt"))
    assert _names(store.list_folder("missing")) == ((), ())


def _names(folder: Folder) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return folder.folders, tuple(sorted(info.key for info in folder.objects))


def test_nobody_is_told_that_it_can_create_only_where_there_is_nothing(store: ObjectStore) -> None:
    assert not store.traits.atomic_create
    with pytest.raises(UnsupportedError):
        store.put("a", b"x", if_absent=True)


def test_a_site_moves_there_and_home_again(store: ObjectStore, tmp_path: Path) -> None:
    forward = MemoryJournal()
    result = run.migrate(job(disk(tmp_path / "media", FILES), store, rows(*FILES), journal=forward))
    assert (result.complete, set(result.states)) == (True, {State.VERIFIED}), result.copy.failures
    assert {evidence.proof for evidence in forward.evidence()} == {Proof.READ_BACK}
    again = run.migrate(job(disk(tmp_path / "media"), store, rows(*FILES), journal=forward))
    assert again.copy.copied.files == 0
    home = disk(tmp_path / "home")
    assert run.migrate(job(store, home, rows(*FILES))).complete
    assert {name: (tmp_path / "home" / name).read_bytes() for name in FILES} == FILES


class TestAzureTakesDotsOffTheEndsOfNames:
    """``.profile.txt`` would replace ``profile.txt``, and deleting the one would delete the other."""

    @pytest.mark.parametrize("name", [".profile.txt", "profile.txt.", "..profile.txt"])
    def test_so_such_names_are_refused_and_nothing_else_is_touched(self, azure: MakeStorage, name: str) -> None:
        storage = azure()
        storage.save("profile.txt", ContentFile(b"of somebody else"))
        with pytest.raises(InvalidKeyError, match="dot"):
            StorageStore(storage).put(name, b"x")
        with storage.open("profile.txt") as file:
            assert file.read() == b"of somebody else"

    def test_in_a_folder_they_are_nobodys_business(self, azure: MakeStorage) -> None:
        store = StorageStore(azure())
        store.put("a/.profile", b"x")
        assert keys_of(store) == ["a/.profile"]

    def test_a_move_says_so_and_goes_on(self, azure: MakeStorage, tmp_path: Path) -> None:
        source = disk(tmp_path / "media", {".hidden": b"1", "hidden": b"2"})
        result = run.migrate(job(source, StorageStore(azure()), rows(".hidden", "hidden")))
        assert {state: tally.files for state, tally in result.states.items()} == {
            State.VERIFIED: 1,
            State.NAME_INVALID_AT_TARGET: 1,
        }


def test_a_storage_that_gives_names_of_its_own_is_no_target(google: MakeStorage) -> None:
    storage = google(file_overwrite=False)
    storage.get_available_name = lambda name, max_length=None: f"renamed-{name}"  # type: ignore[method-assign]
    with pytest.raises(AlreadyExistsError, match="renamed-a"):
        StorageStore(storage).put("a", b"x")
    assert storage.listdir("") == ([], [])
