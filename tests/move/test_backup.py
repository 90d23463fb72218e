from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from medialift.errors import DigestMismatchError, RefusedError, SourceChangedError
from medialift.move import backup as backup_stage
from medialift.move import run
from medialift.move.journal import Tally
from medialift.move.values import Progress, Stage
from medialift.stores.filesystem import FilesystemStore
from tests.move.worlds import disk, job, memory

FILES = {"a.txt": b"one", "deep/er/b.bin": os.urandom(3_000_000), "empty": b"", "été 😀.jpg": b"two"}


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_backup_holds_every_file_with_its_time(tmp_path: Path) -> None:
    source = disk(tmp_path / "media", FILES)
    result = run.backup(job(source, memory()), tmp_path / "backup")
    assert files_in(tmp_path / "backup") == FILES
    assert result.total == Tally(4, sum(map(len, FILES.values())))
    for name in FILES:
        assert (tmp_path / "backup" / name).stat().st_mtime_ns == (tmp_path / "media" / name).stat().st_mtime_ns


def test_a_backup_goes_on_where_it_was(tmp_path: Path) -> None:
    source = disk(tmp_path / "media", FILES)
    stop, told = threading.Event(), list[Progress]()

    def tell(progress: Progress) -> None:
        told.append(progress)
        stop.set()

    first = run.backup(job(source, memory(), stop=stop, tell=tell), tmp_path / "backup")
    assert first.stopped
    assert 0 < first.total.files < 4
    second = run.backup(job(source, memory()), tmp_path / "backup")
    assert second.files["kept"].files == first.total.files
    assert files_in(tmp_path / "backup") == FILES
    assert {progress.stage for progress in told} == {Stage.BACKUP}


def test_a_file_that_changed_since_the_last_backup_is_taken_again(tmp_path: Path) -> None:
    source = disk(tmp_path / "media", {"a": b"one"})
    run.backup(job(source, memory()), tmp_path / "backup")
    (tmp_path / "media" / "a").write_bytes(b"two")
    run.backup(job(source, memory()), tmp_path / "backup")
    assert files_in(tmp_path / "backup") == {"a": b"two"}


def test_writing_into_the_original_leaves_the_backup_alone(tmp_path: Path) -> None:
    source = disk(tmp_path / "media", {"a": b"one"})
    run.backup(job(source, memory()), tmp_path / "backup")
    with (tmp_path / "media" / "a").open("r+b") as file:
        file.write(b"TWO")
    assert files_in(tmp_path / "backup") == {"a": b"one"}


def test_a_disk_that_gives_back_other_bytes_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoiling(original: Path, part: Path) -> str:
        part.write_bytes(b"0n3")
        return "copy"

    source = disk(tmp_path / "media", {"a": b"one"})
    monkeypatch.setattr(backup_stage, "_clone_or_copy", spoiling)
    with pytest.raises(DigestMismatchError):
        run.backup(job(source, memory()), tmp_path / "backup")
    assert files_in(tmp_path / "backup") == {}


def test_a_file_that_never_rests_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = disk(tmp_path / "media", {"a": b"one"})
    times: Iterator[int] = iter(range(100))

    def meanwhile(original: Path, part: Path) -> str:
        shutil.copyfile(original, part)
        original.write_bytes(b"%d" % next(times))
        return "copy"

    monkeypatch.setattr(backup_stage, "_clone_or_copy", meanwhile)
    with pytest.raises(SourceChangedError):
        run.backup(job(source, memory()), tmp_path / "backup")
    assert files_in(tmp_path / "backup") == {}


def test_no_room_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = disk(tmp_path / "media", FILES)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    monkeypatch.setattr(backup_stage, "_cloned", lambda source, target: False)
    with pytest.raises(RefusedError, match="1000 free"):
        run.backup(job(source, memory()), tmp_path / "backup")
    assert files_in(tmp_path / "backup") == {}


def test_where_files_can_be_cloned_no_room_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def clone(source, target):  # type: ignore[no-untyped-def]
        target.write(source.read())
        target.flush()
        return True

    source = disk(tmp_path / "media", FILES)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    monkeypatch.setattr(backup_stage, "_cloned", clone)
    result = run.backup(job(source, memory()), tmp_path / "backup")
    assert result.files == {"reflink": Tally(4, sum(map(len, FILES.values())))}


def test_a_backup_inside_the_source_is_refused(tmp_path: Path) -> None:
    source = disk(tmp_path / "media", FILES)
    with pytest.raises(RefusedError, match="inside the source"):
        run.backup(job(source, memory()), tmp_path / "media" / "backup")
    assert not (tmp_path / "media" / "backup").exists()


def test_only_files_on_a_disk_can_be_backed_up(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="only files on this machine"):
        run.backup(job(memory(FILES), memory(name="target")), tmp_path / "backup")


def test_a_move_with_a_backup_makes_it_first(tmp_path: Path) -> None:
    source = disk(tmp_path / "media", FILES)
    result = run.migrate(job(source, memory()), backup_to=tmp_path / "backup")
    assert result.complete
    assert files_in(tmp_path / "backup") == FILES
    assert isinstance(source, FilesystemStore)
