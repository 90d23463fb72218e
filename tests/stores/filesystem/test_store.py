from __future__ import annotations

import errno
import fcntl
import io
import os
import resource
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    BucketNotFoundError,
    DigestMismatchError,
    InvalidKeyError,
    NoSpaceError,
    NotFoundError,
    ReadOnlyError,
    StoreError,
    TooLargeError,
    TruncatedBodyError,
)
from medialift.stores.base import (
    ListsFolders,
    MakesBucket,
    ObjectStore,
    PublicUrls,
    ReadsPaths,
    TellsUnlisted,
    TellsWriting,
    capability,
)
from medialift.stores.bodies import fill
from medialift.stores.filesystem import FilesystemStore
from medialift.testing.contract import StoreContract
from medialift.testing.contract.bodies import fetch, keys_of, md5
from medialift.testing.contract.keys import VERBS

FORBIDDEN_CALLS = """
import os, sys
from medialift.stores.filesystem import FilesystemStore
if os.geteuid() == 0:
    os.seteuid(65534)
store = FilesystemStore(sys.argv[1])
for call in (
    lambda: store.get("open/a"),
    lambda: list(store.list()),
    lambda: store.head("closed/a"),
    lambda: store.put("closed/b", b"2"),
):
    try:
        print(call())
    except OSError as error:
        print(type(error).__name__)
"""
UNFINISHED = f".medialift-{'0' * 32}.part"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


@pytest.fixture
def store(root: Path) -> FilesystemStore:
    return FilesystemStore(root)


class TestFilesystemStore(StoreContract):
    @pytest.fixture
    def store(self, root: Path) -> ObjectStore:
        return FilesystemStore(root, base_url="/media/")

    @pytest.fixture
    def store_without_bucket(self, tmp_path: Path) -> ObjectStore:
        return FilesystemStore(tmp_path / "missing")


class TestFilesystemStoreWithoutHardLinks(StoreContract):
    """As on FAT and some network file systems."""

    @pytest.fixture
    def store(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
        def refuse(*args: object, **kwargs: object) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
        return FilesystemStore(root)


class TestWriting:
    def test_a_missing_root_is_told_for_the_other_verbs_too(self, tmp_path: Path) -> None:
        store = FilesystemStore(tmp_path / "missing")
        for call in (lambda: store.head("a"), lambda: store.list_folder(), lambda: list(store.unlisted())):
            with pytest.raises(BucketNotFoundError):
                call()

    def test_nothing_but_the_object_is_left(self, store: FilesystemStore, root: Path) -> None:
        store.put("a/b", b"one")
        store.put("a/b", b"two")
        store.put("a/c", b"three", if_absent=True)
        with pytest.raises(AlreadyExistsError):
            store.put("a/c", b"four", if_absent=True)
        with pytest.raises(DigestMismatchError):
            store.put("a/d", b"five", md5=md5(b"six"))
        assert sorted(os.listdir(root / "a")) == ["b", "c"]
        assert (root / "a/c").stat().st_nlink == 1

    def test_a_half_written_file_is_never_seen(self, store: FilesystemStore, root: Path) -> None:
        store.put("cat.jpg", b"old")
        seen: list[tuple[list[str], bytes]] = []

        class Watching(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                seen.append((keys_of(store), (root / "cat.jpg").read_bytes()))
                return super().read(100)

        store.put("cat.jpg", Watching(b"new" * 100))
        assert len(seen) == 4
        assert set(map(str, seen)) == {str((["cat.jpg"], b"old"))}
        assert fetch(store, "cat.jpg") == b"new" * 100

    def test_the_bytes_reach_the_disk_before_the_name(
        self, store: FilesystemStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls: list[str] = []
        real_sync, real_replace = os.fsync, os.replace

        def sync(descriptor: int) -> None:
            calls.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
            real_sync(descriptor)

        def replace(source: str, target: str) -> None:
            calls.append("name")
            real_replace(source, target)

        monkeypatch.setattr(os, "fsync", sync)
        monkeypatch.setattr(os, "replace", replace)
        store.put("cat.jpg", b"miau")
        assert calls == ["file", "name", "folder"]

    def test_what_the_disk_gives_back_is_compared(
        self, store: FilesystemStore, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(os, "fsync", lambda descriptor: os.pwrite(descriptor, b"X", 0))
        with pytest.raises(DigestMismatchError):
            store.put("cat.jpg", b"miau", md5=md5(b"miau"))
        assert os.listdir(root) == []

    def test_permissions_are_as_asked(self, root: Path) -> None:
        store = FilesystemStore(root, file_mode=0o640, dir_mode=0o750)
        store.put("a/b/cat.jpg", b"miau")
        modes = [stat.S_IMODE((root / path).stat().st_mode) for path in ("a", "a/b", "a/b/cat.jpg")]
        assert modes == [0o750, 0o750, 0o640]

    def test_permissions_follow_the_umask_otherwise(self, store: FilesystemStore, root: Path) -> None:
        before = os.umask(0o027)
        try:
            store.put("a/cat.jpg", b"miau")
        finally:
            os.umask(before)
        assert [stat.S_IMODE((root / path).stat().st_mode) for path in ("a", "a/cat.jpg")] == [0o750, 0o640]

    def test_the_names_of_unfinished_writes_are_refused(self, store: FilesystemStore) -> None:
        for call in VERBS.values():
            with pytest.raises(InvalidKeyError):
                call(store, f"a/{UNFINISHED}")

    def test_a_folder_in_the_way_is_told(self, store: FilesystemStore) -> None:
        store.put("a/b", b"1")
        for if_absent in (False, True):
            with pytest.raises(InvalidKeyError):
                store.put("a", b"2", if_absent=if_absent)
        assert keys_of(store) == ["a/b"]

    def test_making_the_folder_twice_is_no_error(self, tmp_path: Path) -> None:
        store = FilesystemStore(tmp_path / "new/media", dir_mode=0o700)
        store.make_bucket()
        store.make_bucket()
        store.put("a", b"1")
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700

    def test_a_file_with_the_folders_name_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "media").write_bytes(b"")
        store = FilesystemStore(tmp_path / "media")
        with pytest.raises(AlreadyExistsError):
            store.make_bucket()
        with pytest.raises(BucketNotFoundError):
            list(store.list())


class TestReading:
    def test_the_etag_is_the_fingerprint(self, store: FilesystemStore, root: Path) -> None:
        store.put("a", b"1234")
        status, info = (root / "a").stat(), store.head("a")
        expected = f"{status.st_dev}:{status.st_ino}:4:{status.st_mtime_ns}"
        assert [info.etag, info.fingerprint, next(store.list()).fingerprint] == [expected] * 3

    def test_memory_is_filled_with_what_was_asked_for(self, store: FilesystemStore) -> None:
        store.put("a", b"0123456789")
        memory = memoryview(bytearray(4))
        with store.get("a", start=2, length=6) as download:
            assert [bytes(memory[: fill(download, memory)]) for _ in range(3)] == [b"2345", b"67", b""]

    def test_a_file_that_shrinks_is_told_to_who_fills_memory(self, store: FilesystemStore, root: Path) -> None:
        store.put("a", b"x" * 1000)
        with store.get("a") as download:
            os.truncate(root / "a", 10)
            with pytest.raises(TruncatedBodyError):
                fill(download, memoryview(bytearray(1000)))

    def test_a_file_that_shrinks_while_it_is_read_is_told(self, store: FilesystemStore, root: Path) -> None:
        store.put("a", b"x" * 3_000_000)
        with store.get("a") as download:
            download.read(10)
            os.truncate(root / "a", 1_000_000)
            with pytest.raises(TruncatedBodyError):
                download.read()

    def test_a_pipe_is_not_waited_for(self, store: FilesystemStore, root: Path) -> None:
        os.mkfifo(root / "pipe")
        for call in (store.get, store.head):
            with pytest.raises(NotFoundError):
                call("pipe")

    def test_a_time_that_no_calendar_has_is_left_out(self, store: FilesystemStore, root: Path) -> None:
        store.put("a", b"1")
        os.utime(root / "a", ns=(0, 300_000_000_000 * 10**9))
        if (root / "a").stat().st_mtime < 300_000_000_000:
            pytest.skip("this file system cannot keep such a time")
        assert store.head("a").modified is None

    def test_a_writers_lock_is_seen_and_not_kept(self, store: FilesystemStore, root: Path) -> None:
        store.put("a", b"1")
        with open(root / "a", "r+b") as writer:
            assert not store.is_being_written("a")
            fcntl.flock(writer, fcntl.LOCK_EX | fcntl.LOCK_NB)  # would fail if the lock had been kept
            assert store.is_being_written("a")
            fcntl.flock(writer, fcntl.LOCK_UN)
        assert not store.is_being_written("a")
        with pytest.raises(NotFoundError):
            store.is_being_written("missing")

    def test_abilities_can_be_asked_for(self, store: FilesystemStore, root: Path) -> None:
        with_url = FilesystemStore(root, base_url="https://example.org/media/")
        assert capability(store, PublicUrls) is None
        assert with_url.public_url("a b/é?.jpg") == "https://example.org/media/a%20b/%C3%A9%3F.jpg"
        assert all(isinstance(store, ability) for ability in (ListsFolders, MakesBucket, ReadsPaths))
        assert all(isinstance(store, ability) for ability in (TellsUnlisted, TellsWriting))
        assert store.path_of("a/b") == str(root / "a/b")


class TestLinks:
    @pytest.fixture
    def outside(self, tmp_path: Path) -> Path:
        folder = tmp_path / "outside"
        folder.mkdir()
        (folder / "secret").write_bytes(b"secret")
        return folder

    def test_links_within_the_folder_are_followed(self, store: FilesystemStore, root: Path) -> None:
        store.put("real/cat.jpg", b"miau")
        (root / "linked").symlink_to(root / "real")
        (root / "cat.jpg").symlink_to("real/cat.jpg")
        assert keys_of(store) == ["cat.jpg", "linked/cat.jpg", "real/cat.jpg"]
        assert [fetch(store, key) for key in keys_of(store)] == [b"miau"] * 3
        assert [info.size for info in store.list()] == [4, 4, 4]

    @pytest.mark.parametrize("verb", VERBS)
    @pytest.mark.parametrize("key", ["folder/secret", "folder/new", "file"])
    def test_links_out_of_the_folder_are_refused(
        self, store: FilesystemStore, root: Path, outside: Path, key: str, verb: str
    ) -> None:
        (root / "folder").symlink_to(outside)
        (root / "file").symlink_to(outside / "secret")
        with pytest.raises(InvalidKeyError):
            VERBS[verb](store, key)
        assert (os.listdir(outside), (outside / "secret").read_bytes()) == (["secret"], b"secret")

    def test_listing_behind_a_link_out_of_the_folder_is_refused(
        self, store: FilesystemStore, root: Path, outside: Path
    ) -> None:
        (root / "folder").symlink_to(outside)
        for call in (lambda: list(store.list("folder")), lambda: list(store.unlisted("folder"))):
            with pytest.raises(InvalidKeyError):
                call()
        with pytest.raises(InvalidKeyError):
            store.list_folder("folder")

    def test_a_neighbour_whose_path_starts_alike_is_outside(self, root: Path, store: FilesystemStore) -> None:
        neighbour = root.with_name("media-private")
        neighbour.mkdir()
        (neighbour / "a").write_bytes(b"secret")
        (root / "link").symlink_to(neighbour)
        assert keys_of(store) == []
        with pytest.raises(InvalidKeyError):
            store.get("link/a")

    def test_putting_over_a_link_replaces_the_link(self, store: FilesystemStore, root: Path) -> None:
        store.put("real", b"kept")
        (root / "link").symlink_to("real")
        store.put("link", b"new")
        assert (fetch(store, "link"), fetch(store, "real")) == (b"new", b"kept")

    def test_a_linked_root_is_known_by_its_real_path(self, root: Path, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(root)
        assert FilesystemStore(tmp_path / "link").identity == FilesystemStore(root).identity


class TestUnlisted:
    def test_what_is_left_out_is_told(self, store: FilesystemStore, root: Path, tmp_path: Path) -> None:
        store.put("kept/a", b"1")
        (root / "broken").symlink_to("nowhere")
        (root / "self").symlink_to("self")
        (root / "out").symlink_to(tmp_path)
        (root / "kept/up").symlink_to(root)
        (root / UNFINISHED).write_bytes(b"half")
        os.mkfifo(root / "pipe")
        with open(os.fsencode(root) + b"/caf\xe9.jpg", "wb"):
            pass
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(root / "socket"))
        assert keys_of(store) == ["kept/a"]
        assert {entry.place: entry.reason for entry in store.unlisted()} == {
            "broken": "a link to something that is not there",
            "self": "a link that leads back to itself",
            "out": f"a link out of the folder, to {tmp_path}",
            "kept/up": "a link to a folder that it lies in",
            UNFINISHED: "a write that has not finished, or never did",
            "pipe": "a named pipe",
            "caf\\xe9.jpg": "its name is not valid UTF-8",
            "socket": "a socket",
        }

    def test_folders_that_link_to_each_other_end(self, store: FilesystemStore, root: Path) -> None:
        store.put("a/1", b"1")
        store.put("b/2", b"2")
        (root / "a/b").symlink_to(root / "b")
        (root / "b/a").symlink_to(root / "a")
        assert keys_of(store) == ["a/1", "a/b/2", "b/2", "b/a/1"]
        assert keys_of(store, "a") == ["a/1", "a/b/2"]
        assert [entry.place for entry in store.unlisted()] == ["a/b/a", "b/a/b"]

    def test_a_very_deep_folder_is_walked(self, store: FilesystemStore, root: Path) -> None:
        key = "/".join(["d"] * 1_500)
        try:
            store.put(key, b"1")
            assert keys_of(store) == [key]
        finally:
            # Python's own rmtree, which pytest tidies up with, is lost at this depth.
            subprocess.run(["rm", "-rf", root / "d"], check=True)


class TestTroubleWithTheDisk:
    """Real ones where this machine lets us make them."""

    @pytest.fixture
    def public_folder(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            yield Path(folder)

    @pytest.fixture
    def small_disk(self, tmp_path: Path) -> Iterator[Path]:
        folder = tmp_path / "disk"
        folder.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True)
        if mounted.returncode:
            pytest.skip("mounting a small disk needs root: run the tests in a container as root")
        yield folder
        subprocess.run(["umount", folder], check=True)

    def test_a_full_disk_is_told_and_freed_again(self, small_disk: Path) -> None:
        store = FilesystemStore(small_disk)
        store.put("a", b"old")
        for _ in range(3):
            with pytest.raises(NoSpaceError) as caught:
                store.put("a", b"x" * 2_000_000)
            assert caught.value.errno == errno.ENOSPC
        assert (os.listdir(small_disk), fetch(store, "a")) == (["a"], b"old")

    def test_a_read_only_disk_is_told(self, small_disk: Path) -> None:
        store = FilesystemStore(small_disk)
        store.put("a", b"1")
        subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
        with pytest.raises(ReadOnlyError):
            store.put("b", b"2")
        with pytest.raises(ReadOnlyError):
            store.delete("a")
        assert fetch(store, "a") == b"1"

    def test_a_file_above_the_limit_is_told(self, store: FilesystemStore, root: Path) -> None:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
        try:
            with pytest.raises(TooLargeError):
                store.put("a", b"x" * 200_000)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert os.listdir(root) == []

    def test_what_may_not_be_read_is_told(self, public_folder: Path) -> None:
        """In a process without root's rights, to whom a file and a folder are closed."""
        (public_folder / "open").mkdir(mode=0o755)
        (public_folder / "open/a").write_bytes(b"1")
        (public_folder / "open/a").chmod(0)
        (public_folder / "closed").mkdir(mode=0)
        run = subprocess.run(
            [sys.executable, "-c", FORBIDDEN_CALLS, public_folder], capture_output=True, text=True, check=True
        )
        (public_folder / "closed").chmod(0o700)
        assert run.stdout.split() == [AccessDeniedError.__name__] * 4

    def test_an_unknown_number_is_still_ours(self, store: FilesystemStore, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: object) -> None:
            raise OSError(errno.EXDEV, "odd")

        monkeypatch.setattr(os, "replace", fail)
        with pytest.raises(StoreError) as caught:
            store.put("a", b"1")
        assert (type(caught.value), caught.value.operation, caught.value.key) == (StoreError, "put", "a")
