from __future__ import annotations

import os
from pathlib import Path

import pytest

from medialift.move import run
from medialift.move.journal import Journal
from medialift.move.memory_journal import MemoryJournal
from medialift.move.values import MoveResult
from medialift.stores.base import ObjectStore
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.memory import MemoryStore
from medialift.stores.wrappers.trace import CallCounter, TraceStore
from medialift.testing.faults import FaultyStore, Flip
from medialift.types import Proof, State
from tests.move.worlds import contents, disk, filled, job, memory, rows

FILES = {"a.txt": b"one", "b/c.txt": b"two", "large": os.urandom(50_000)}
ASIDE = ".medialift-superseded/m1"


class Site:
    """A disk whose files were moved to a bucket."""

    def __init__(self, folder: Path, bucket: ObjectStore | None = None) -> None:
        self.disk = disk(folder, FILES)
        self.bucket = bucket if bucket is not None else MemoryStore("bucket", part_size=30_000)
        self.forward: Journal = MemoryJournal()
        self.own: Journal = MemoryJournal()
        assert run.migrate(job(self.disk, self.bucket, rows(*FILES), journal=self.forward)).complete

    def back(self, *names: str, bucket: ObjectStore | None = None) -> MoveResult:
        work = job(bucket or self.bucket, self.disk, rows(*names), journal=self.own)
        return run.back(work, self.forward, move_id="m1")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "media")


def test_when_nothing_changed_there_is_nothing_to_do_and_nothing_to_read(site: Site) -> None:
    counter = CallCounter()
    result = site.back(bucket=TraceStore(site.bucket, counter))
    assert result.complete
    assert result.copy.copied.files == result.copy.adopted.files == 0
    assert set(counter.calls) == {"list"}
    assert contents(site.disk) == FILES


def test_uploads_since_the_switch_come_back(site: Site) -> None:
    site.bucket.put("new.txt", b"new")
    result = site.back("new.txt")
    assert result.complete
    assert result.copy.copied.files == 1
    assert contents(site.disk) == {**FILES, "new.txt": b"new"}


def test_a_lost_disk_is_filled_again(tmp_path: Path, site: Site) -> None:
    site.disk = disk(tmp_path / "fresh")
    assert site.back().complete
    assert contents(site.disk) == FILES


def test_a_newer_object_supersedes_the_file_that_was_moved_and_keeps_it(site: Site) -> None:
    site.bucket.put("a.txt", b"newer")
    assert site.back("a.txt").complete
    assert contents(site.disk) == {**FILES, "a.txt": b"newer", f"{ASIDE}/a.txt": b"one"}


def test_a_file_that_was_only_touched_is_still_the_one_that_was_moved(tmp_path: Path, site: Site) -> None:
    os.utime(tmp_path / "media" / "a.txt")
    site.bucket.put("a.txt", b"newer")
    assert site.back("a.txt").complete
    assert contents(site.disk)["a.txt"] == b"newer"


@pytest.mark.parametrize("here", [b"one, but longer", b"eno"])
@pytest.mark.parametrize("there", [b"one", b"newer", b"new"])
def test_a_file_that_was_changed_here_is_never_overwritten(site: Site, here: bytes, there: bytes) -> None:
    site.disk.put("a.txt", here)
    if there != FILES["a.txt"]:
        site.bucket.put("a.txt", there)
    result = site.back("a.txt")
    assert not result.complete
    assert result.states[State.CONFLICT].files == 1
    assert contents(site.disk) == {**FILES, "a.txt": here}


def test_what_was_deleted_there_is_told_and_kept_here(site: Site) -> None:
    site.bucket.delete("b/c.txt")
    result = site.back(*FILES)
    assert (result.deleted.count, result.deleted.first) == (1, ["b/c.txt"])
    assert contents(site.disk) == FILES


def test_a_second_way_back_changes_nothing(site: Site) -> None:
    site.bucket.put("a.txt", b"newer")
    site.back()
    after = contents(site.disk)
    result = site.back()
    assert result.complete
    assert result.copy.copied.files == 0
    assert contents(site.disk) == after


def test_a_file_superseded_twice_is_kept_twice(site: Site) -> None:
    for data in (b"newer", b"newest"):
        site.bucket.put("a.txt", data)
        assert site.back().complete
    assert contents(site.disk) == {
        **FILES,
        "a.txt": b"newest",
        f"{ASIDE}/a.txt": b"one",
        f"{ASIDE}/a.txt.2": b"newer",
    }


def test_superseded_files_are_no_part_of_a_later_move(site: Site) -> None:
    site.bucket.put("a.txt", b"newer")
    site.back()
    again = memory(name="again")
    run.migrate(job(site.disk, again))
    assert contents(again) == {**FILES, "a.txt": b"newer"}


def test_every_file_that_comes_back_is_proved(site: Site) -> None:
    site.bucket.put("small", b"s")
    site.bucket.put("big", os.urandom(5_000_000))
    site.back()
    proofs = {evidence.name: evidence.proof for evidence in site.own.evidence()}
    assert proofs == {"small": Proof.SERVER_CHECKED, "big": Proof.READ_BACK}


@pytest.mark.parametrize("data", [b"some bytes", os.urandom(5_000_000)])
def test_bytes_that_are_damaged_on_their_way_back_are_fetched_again(site: Site, data: bytes) -> None:
    site.bucket.put("new", data)
    faulty = FaultyStore(site.bucket)
    faulty.stage("get", Flip(3))
    assert site.back(bucket=faulty).complete
    assert contents(site.disk)["new"] == data


def test_from_one_bucket_to_another_and_back() -> None:
    here, there = memory(FILES, name="here"), MemoryStore("there", part_size=30_000)
    forward, own = MemoryJournal(), MemoryJournal()
    assert run.migrate(job(here, there, journal=forward)).complete
    filled(there, {"a.txt": b"newer", "new": b"n"})
    counter = CallCounter()
    result = run.back(job(TraceStore(there, counter), here, journal=own), forward, move_id="m1")
    assert result.complete
    assert contents(here) == {**FILES, "a.txt": b"newer", "new": b"n", f"{ASIDE}/a.txt": b"one"}
    assert counter.calls["get"] == 2


def test_the_disk_is_not_written_by_a_forward_move(tmp_path: Path, site: Site) -> None:
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "media").rglob("*")}
    run.migrate(job(site.disk, site.bucket, journal=site.forward))
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "media").rglob("*")} == before
    assert isinstance(site.disk, FilesystemStore)
