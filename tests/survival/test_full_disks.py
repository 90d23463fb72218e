"""A disk that is full or read-only in the middle of a move: a clear error, and the next run finishes."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from tests.cli.conftest import files
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.disks import MIB, tiny_disk
from tests.survival.judges import assert_same, assert_same_folders
from tests.survival.told import READ_ONLY, assert_told
from tests.survival.trees import tree


def test_a_backup_that_does_not_fit_is_refused_before_it_begins(
    moto: S3Server, make_site: MakesSite, rng: random.Random, tmp_path: Path
) -> None:
    site = make_site(moto)
    site.write(tree(rng, 40, most=60_000))
    with tiny_disk(tmp_path / "spare", size=MIB // 2) as disk:
        assert_told(site.migrate("--backup", str(disk.path)), "the backup takes", "Name a folder on a larger disk")
        assert files(disk.path) == {}


def test_a_backup_whose_disk_becomes_full_goes_on_when_there_is_room(
    moto: S3Server, make_site: MakesSite, rng: random.Random, tmp_path: Path
) -> None:
    site = make_site(moto)
    site.write(tree(rng, 60))
    with tiny_disk(tmp_path / "spare", size=8 * MIB, nr_inodes=40) as disk:
        assert_told(site.migrate("--backup", str(disk.path)), "the backup's disk is full", "Make room")
        kept = len(files(disk.path))
        assert 0 < kept < 60
        disk.remount(nr_inodes=1000)
        moved = site.migrate("--backup", str(disk.path))
        assert moved.code == 0, moved
        (backup,) = (found for found in moved.objects if found["type"] == "backup")
        assert backup["files"]["kept"]["files"] == kept
        assert_same_folders(site.media, disk.path)
    assert_same(site, moto)


def test_a_way_back_to_a_full_disk_goes_on_when_there_is_room(
    moto: S3Server, make_site: MakesSite, rng: random.Random, tmp_path: Path
) -> None:
    with tiny_disk(tmp_path / "small", size=8 * MIB) as disk:
        site = make_site(moto, media=disk.path)
        site.write(tree(rng, 100, most=40_000))
        move = site.migrate().last["move"]
        for entry in disk.path.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        disk.remount(size=MIB)
        assert_told(site.run("back", move, "--json"), "No space left on device", "Make room")
        assert 0 < len(files(disk.path)) < 100
        disk.remount(size=8 * MIB)
        assert site.run("back", move, "--json").code == 0
        assert_same(site, moto)


def test_a_ledger_whose_disk_becomes_full_goes_on_when_there_is_room(
    moto: S3Server, make_site: MakesSite, rng: random.Random, tmp_path: Path
) -> None:
    with tiny_disk(tmp_path / "small", size=8 * MIB) as disk:
        site = make_site(moto, folder=disk.path)
        site.write(tree(rng, 400, most=10))
        full = (disk.path / "db.sqlite3").stat().st_size + 32 * 1024
        disk.remount(size=full)
        assert_told(site.migrate(), "there is no room left in the ledger's database", "make room and run it again")
        disk.remount(size=8 * MIB)
        assert site.migrate().code == 0
        assert_same(site, moto)


def test_a_read_only_ledger_is_told_before_anything_is_sent(
    moto: S3Server, make_site: MakesSite, rng: random.Random, tmp_path: Path
) -> None:
    with tiny_disk(tmp_path / "small", size=8 * MIB) as disk:
        site = make_site(moto, folder=disk.path)
        site.write(tree(rng, 20))
        disk.remount(ro="")
        assert_told(site.migrate(), READ_ONLY, "MEDIALIFT_LEDGER_DATABASE")
        assert moto.client().list_objects_v2(Bucket=site.bucket).get("Contents", []) == []
        disk.remount(rw="")
        assert site.migrate().code == 0
        assert_same(site, moto)
