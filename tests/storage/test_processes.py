"""One storage in many threads, after a fork, in an event loop, and in ``manage.py test --parallel``."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import override_settings

from medialift.storage import MediaStorage
from tests.servers.s3server import S3Server

ROOT = Path(__file__).parents[2]


def options(server: S3Server, bucket: str) -> dict[str, Any]:
    return {
        "provider": "minio",  # a service that creates atomically at any address: moto does
        "bucket": bucket,
        "region": server.region,
        "endpoint_url": server.endpoint_url,
        "access_key_id": server.access_key_id,
        "secret_access_key": server.secret_access_key,
    }


@pytest.fixture
def entry(moto: S3Server) -> dict[str, Any]:
    return {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": options(moto, moto.make_bucket())}


@pytest.fixture
def storage(entry: dict[str, Any]) -> Iterator[MediaStorage]:
    with override_settings(STORAGES={"default": entry, "cloud": entry}):
        found = storages["cloud"]
        assert isinstance(found, MediaStorage)
        yield found
        found.store.close()


def test_many_threads_save_one_name_and_lose_nothing(storage: MediaStorage) -> None:
    barrier = Barrier(12)

    def save(number: int) -> tuple[str, bytes]:
        data = b"%d" % number
        barrier.wait()
        return storage.save("same.txt", ContentFile(data)), data

    with ThreadPoolExecutor(12) as pool:
        saved = list(pool.map(save, range(12)))
    assert len({name for name, _ in saved}) == 12
    assert [name for name, _ in saved].count("same.txt") == 1
    for name, data in saved:
        with storage.open(name) as file:
            assert file.read() == data


def test_threads_that_come_first_share_one_store(storage: MediaStorage) -> None:
    barrier = Barrier(8)

    def ask(_: int) -> int:
        barrier.wait()
        return id(storage.store)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1


def in_child(work: Any) -> int:
    """Run *work* in a forked child; its exit code."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_storage_that_was_used_works_on_both_sides_of_a_fork(storage: MediaStorage) -> None:
    storage.save("before.txt", ContentFile(b"x"))

    def child() -> None:
        storage.save("child.txt", ContentFile(b"from the child"))
        assert storage.exists("before.txt")

    assert in_child(child) == 0
    storage.save("parent.txt", ContentFile(b"x"))
    assert sorted(storage.listdir("")[1]) == ["before.txt", "child.txt", "parent.txt"]


def test_an_event_loop_may_call_it_directly_and_from_its_threads(storage: MediaStorage) -> None:
    async def view() -> list[str]:
        storage.save("direct.txt", ContentFile(b"x"))
        names = await asyncio.gather(
            *(sync_to_async(storage.save, thread_sensitive=False)("same.txt", ContentFile(b"x")) for _ in range(6))
        )
        return [*names, storage.url("direct.txt")]

    assert len(set(asyncio.run(view()))) == 7


def test_manage_py_test_runs_in_parallel(entry: dict[str, Any], moto: S3Server, tmp_path: Path) -> None:
    (tmp_path / "parallel_settings.py").write_text(
        f"from tests.settings import *\nSTORAGES = {{**STORAGES, 'default': {entry!r}}}\n"
    )
    command = [sys.executable, "manage.py", "test", "tests.parallel_cases", "--parallel", "2"]
    done = subprocess.run(
        [*command, "--settings", "parallel_settings"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Ran 8 tests" in done.stderr
    listed = moto.client().list_objects_v2(Bucket=entry["OPTIONS"]["bucket"])
    assert len(listed["Contents"]) == 8
