from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

import pytest

from medialift.cli.restore import moment
from medialift.stores import open_store
from medialift.stores.base import ObjectStore
from tests.cli.conftest import Site, run, use
from tests.cli.test_buckets import entry, objects
from tests.servers.s3server import S3Server


@pytest.fixture(params=["moto", "ceph"])
def server(request: pytest.FixtureRequest) -> S3Server:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture
def bucket(site: Site, server: S3Server, settings: Any) -> str:
    made = server.make_bucket()
    server.client().put_bucket_versioning(Bucket=made, VersioningConfiguration={"Status": "Enabled"})
    use(settings, {**settings.STORAGES, "default": entry(server, made)})
    return made


@pytest.fixture
def store(server: S3Server, bucket: str) -> ObjectStore:
    return open_store(server.spec(bucket, "media"))


def count(server: S3Server, bucket: str) -> int:
    found = server.client().list_object_versions(Bucket=bucket)
    return len(found.get("Versions", [])) + len(found.get("DeleteMarkers", []))


def test_a_deleted_file_comes_back(server: S3Server, bucket: str, store: ObjectStore) -> None:
    store.put("a b/café.jpg", b"first")
    store.put("a b/café.jpg", b"second!")
    store.delete("a b/café.jpg")
    listed = run("restore", "--list", "--json").objects
    assert [(found["size"], found["deleted"]) for found in listed] == [(0, True), (7, False), (5, False)]
    dry = run("restore", "a b/café.jpg", "--dry-run", "--json")
    assert dry.last == {"type": "restored", "restored": 0, "left": 1}
    assert (count(server, bucket), objects(server, bucket)) == (3, {})
    done = run("restore", "a b/café.jpg", "--json")
    assert done.last == {"type": "restored", "restored": 1, "left": 0}, done.error
    assert done.objects[0]["then"]["size"] == 7
    assert objects(server, bucket) == {"a b/café.jpg": b"second!"}
    assert count(server, bucket) == 4


def test_a_list_of_nothing_says_so(bucket: str, store: ObjectStore) -> None:
    store.put("a.jpg", b"a")
    unknown = run("restore", "b.jpg", "--list")
    assert (unknown.code, "no version of 'b.jpg'" in unknown.error) == (2, True)
    for arguments, said in (((), "Nothing is deleted."), (("c/",), "Nothing was ever kept below c/.")):
        ran = run("restore", *arguments, "--list")
        assert (ran.code, ran.out, ran.err) == (0, "", f"{said}\n")


def test_deleted_trials_are_nobodys_files(bucket: str, store: ObjectStore) -> None:
    store.put("a.jpg", b"a")
    store.delete("a.jpg")
    assert run("smoke", "default").code == 0
    run("doctor", "default", "--only", "E014")
    listed = run("restore", "--list", "--json").objects
    assert {found["name"] for found in listed} == {"a.jpg"}
    assert len(run("restore", "medialift-doctor/", "--list", "--json").objects) == 2


def test_run_twice_a_file_is_as_it_was_before(server: S3Server, bucket: str, store: ObjectStore) -> None:
    store.put("a.jpg", b"first")
    store.put("a.jpg", b"second!")
    time.sleep(1.1)  # servers tell the times of versions in whole seconds
    run("restore", "a.jpg")
    assert objects(server, bucket) == {"a.jpg": b"first"}
    time.sleep(1.1)
    run("restore", "a.jpg")
    assert objects(server, bucket) == {"a.jpg": b"second!"}
    assert count(server, bucket) == 4


def test_a_folder_as_of_a_time(server: S3Server, bucket: str, store: ObjectStore) -> None:
    for key in ("photos/changed.jpg", "photos/deleted.jpg", "photos/kept.jpg", "other/deleted.jpg"):
        store.put(key, b"as it was")
    time.sleep(2.1)
    then = datetime.now(timezone.utc)
    time.sleep(1.1)
    store.put("photos/changed.jpg", b"changed")
    store.put("photos/new.jpg", b"new")
    for key in ("photos/deleted.jpg", "other/deleted.jpg"):
        store.delete(key)
    deleted_only = run("restore", "photos/", "--dry-run", "--json").objects
    assert [found["name"] for found in deleted_only[:-1]] == ["photos/deleted.jpg"]
    done = run("restore", "photos/", "--at", then.isoformat(), "--json")
    assert done.last["restored"] == 2, done.error
    assert objects(server, bucket) == {
        "photos/changed.jpg": b"as it was",
        "photos/deleted.jpg": b"as it was",
        "photos/kept.jpg": b"as it was",
        "photos/new.jpg": b"new",
    }
    again = run("restore", "photos/", "--at", then.isoformat(), "--json")
    assert again.last == {"type": "restored", "restored": 2, "left": 0}


@pytest.mark.parametrize("status", ["Suspended", None])
def test_without_versioning_nothing_is_written(
    status: Any, server: S3Server, bucket: str, store: ObjectStore, settings: Any
) -> None:
    store.put("a.jpg", b"first")
    store.put("a.jpg", b"second!")
    if status is None:
        bare = server.make_bucket()
        use(settings, {**settings.STORAGES, "default": entry(server, bare)})
        open_store(server.spec(bare, "media")).put("a.jpg", b"only")
    else:
        server.client().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
    ran = run("restore", "a.jpg")
    assert ran.code == 2
    assert "versioning is off" in ran.error or "no other version" in ran.error
    assert objects(server, bucket) == {"a.jpg": b"second!"}


def test_what_cannot_come_back_says_why(bucket: str, store: ObjectStore) -> None:
    store.put("a.jpg", b"only")
    assert "no other version than the current" in run("restore", "a.jpg").error
    assert "no such file at that time" in run("restore", "a.jpg", "--at", "2020-01-01").error
    assert "no version of 'b.jpg'" in run("restore", "b.jpg").error
    assert "lies in the future" in run("restore", "a.jpg", "--at", "2100-01-01").error
    assert "no NAME" in run("restore").error
    assert run("restore", "none/").out == "There is nothing to bring back.\n"


def test_a_folder_on_disk_keeps_no_versions(site: Site) -> None:
    ran = run("restore", "a.jpg", "--from", "cloud")
    assert ran.code == 2
    assert "keeps no versions" in ran.error


def test_a_person_reads_what_will_happen(bucket: str, store: ObjectStore) -> None:
    store.put("a.jpg", b"first")
    store.delete("a.jpg")
    shown = run("restore", "a.jpg", "--dry-run").out
    assert shown.startswith("a.jpg: 5 B of 20")
    assert "(deleted)" in shown
    assert run("restore", "a.jpg", "--list").out.count("\t") == 8
    assert "1 file brought back. Every version is still there." in run("restore", "a.jpg").out


def test_times_are_the_sites_own(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Paris"
    assert moment("2026-11-20T14:00").isoformat() == "2026-11-20T14:00:00+01:00"
    assert moment("2026-11-20").isoformat() == "2026-11-20T00:00:00+01:00"
    assert moment("2026-11-20T14:00Z").isoformat() == "2026-11-20T14:00:00+00:00"
    for wrong in ("yesterday", "2026-13-40", "2026-11-20T25:00"):
        with pytest.raises(Exception, match="is no time"):
            moment(wrong)
