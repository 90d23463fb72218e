from __future__ import annotations

import fcntl
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from medialift.doctor.visit import FOLDER, Visit
from medialift.move import run
from medialift.stores.base import Tidies, capability
from medialift.stores.filesystem import FilesystemStore, leftovers
from medialift.stores.filesystem.files import StagedFile, is_locked
from medialift.stores.wrappers.dryrun import DryRunStore
from medialift.stores.wrappers.readonly import ReadOnlyStore
from tests.move.worlds import contents, disk, job, memory

NAME = f".medialift-{'0' * 32}.part"

WRITER_THAT_STANDS_STILL = """
import sys
from medialift.stores.filesystem import FilesystemStore

class Body:
    def read(self, size=-1):
        if not hasattr(self, "begun"):
            self.begun = True
            return b"the first half"
        print("writing", flush=True)
        sys.stdin.read()
        return b""

FilesystemStore(sys.argv[1]).put("album/a.txt", Body())
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "album" / "deep").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def store(root: Path) -> FilesystemStore:
    return FilesystemStore(root)


def left(folder: Path, name: str = NAME, *, age: float = 3600) -> Path:
    """A file that a killed writer left, untouched for *age* seconds."""
    path = folder / name
    path.write_bytes(b"half")
    os.utime(path, (time.time() - age,) * 2)
    return path


def unfinished(root: Path) -> list[Path]:
    return sorted(root.rglob(".medialift-*.part"))


def test_what_dead_writers_left_is_removed_at_every_depth(root: Path, store: FilesystemStore) -> None:
    for folder in (root, root / "album", root / "album" / "deep"):
        left(folder)
    store.put("album/kept.txt", b"kept")
    assert store.remove_unfinished() == 3
    assert unfinished(root) == []
    assert contents(store) == {"album/kept.txt": b"kept"}


def test_a_living_writer_keeps_its_file_however_long_it_stands_still(root: Path, store: FilesystemStore) -> None:
    command = [sys.executable, "-c", WRITER_THAT_STANDS_STILL, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdin
        assert writer.stdout
        writer.stdout.readline()
        (path,) = unfinished(root)
        os.utime(path, (0, 0))
        assert store.remove_unfinished() == 0
        writer.stdin.close()
        assert writer.wait() == 0
    assert contents(store) == {"album/a.txt": b"the first half"}


def test_a_killed_writer_does_not(root: Path, store: FilesystemStore) -> None:
    command = [sys.executable, "-c", WRITER_THAT_STANDS_STILL, str(root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
    (path,) = unfinished(root)
    assert store.remove_unfinished() == 0, "it was written a moment ago, perhaps from another machine"
    os.utime(path, (time.time() - leftovers.QUIET - 1,) * 2)
    assert store.remove_unfinished() == 1


def test_other_files_of_such_a_name_are_left_alone(root: Path, store: FilesystemStore) -> None:
    left(root, ".medialift-notes.part")
    left(root, "photo.part")
    os.mkfifo(root / NAME)
    os.utime(root / NAME, (0, 0))
    outside = root.parent / "outside"
    outside.mkdir()
    left(outside)
    (root / "link").symlink_to(outside)
    (root / "album" / NAME).symlink_to(outside / NAME)
    assert store.remove_unfinished() == 0
    assert (outside / NAME).exists()


def test_where_there_are_no_locks_only_a_day_tells(
    root: Path, store: FilesystemStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(descriptor: int, operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    store.put("a", b"written without a lock")
    left(root)
    assert store.remove_unfinished() == 0
    left(root, age=leftovers.QUIET_WITHOUT_LOCKS + 60)
    assert store.remove_unfinished() == 1


def test_a_writer_that_lost_its_file_before_it_was_locked_takes_another(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[str] = []

    def too_late(file: io.FileIO) -> None:
        if not lost:
            lost.append(str(file.name))
            os.unlink(file.name)

    monkeypatch.setattr("medialift.stores.filesystem.files.lock", too_late)
    staged = StagedFile(str(root), None)
    staged.write(b"x")
    staged.publish(str(root / "a"), if_absent=True)
    staged.discard()
    assert (root / "a").read_bytes() == b"x"
    assert len(lost) == 1


def test_a_published_file_is_not_taken_for_one_that_is_being_written(root: Path) -> None:
    staged = StagedFile(str(root), None)
    staged.publish(str(root / "a"), if_absent=True)
    with io.FileIO(root / "a") as file:
        assert not is_locked(file)
    staged.discard()


def test_a_move_removes_what_a_killed_one_left(root: Path) -> None:
    left(root / "album")
    assert run.migrate(job(memory({"a": b"1"}), FilesystemStore(root))).complete
    assert unfinished(root) == []


def test_a_plan_removes_nothing_and_the_source_is_never_touched(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    left(root / "album")
    run.plan(job(memory({"a": b"1"}), FilesystemStore(root)))
    assert run.migrate(job(FilesystemStore(root), memory(name="target"))).complete
    assert len(unfinished(root)) == 1


def test_a_backup_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    source = disk(tmp_path / "media", {"a/b.txt": b"1"})
    (tmp_path / "backup" / "a").mkdir(parents=True)
    left(tmp_path / "backup" / "a")
    run.backup(job(source, memory()), tmp_path / "backup")
    assert unfinished(tmp_path) == []
    assert (tmp_path / "backup" / "a" / "b.txt").read_bytes() == b"1"


def test_stores_that_must_not_write_do_not_tidy(store: FilesystemStore) -> None:
    assert capability(store, Tidies) is store
    assert capability(ReadOnlyStore(store), Tidies) is None
    assert capability(DryRunStore(store, lambda write: None), Tidies) is None


def test_the_doctor_leaves_no_folder_behind(root: Path, store: FilesystemStore) -> None:
    with Visit("default", store) as visit:
        assert visit.read_back()
        assert (root / FOLDER).is_dir()
    assert not (root / FOLDER).exists()


def test_the_doctor_leaves_a_folder_in_which_something_lies(root: Path, store: FilesystemStore) -> None:
    store.put(f"{FOLDER}/theirs.txt", b"somebody's")
    with Visit("default", store) as visit:
        visit.written()
    assert contents(store) == {f"{FOLDER}/theirs.txt": b"somebody's"}
