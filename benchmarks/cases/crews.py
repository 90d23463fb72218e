"""One move to a distant service, copied by so many workers of Celery that were there before it began."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contestants.medialift import site_environment
from benchmarks.data import Warehouse
from benchmarks.measure import ROOT
from benchmarks.servers.sink import sink
from benchmarks.values import Task, Unavailable
from tests.servers import databases
from tests.servers.process import Process, running
from tests.servers.tls import make_certificate
from tests.survival.databases import new_postgres_database
from tests.workers import logs
from tests.workers.brokers import own_redis

START = 120
"""Seconds that the workers may take until they wait for messages."""


@dataclass(frozen=True, slots=True)
class Course:
    """What every crew does: *latency* in seconds there and back, *shard* in files (``None``: as the product cuts)."""

    files: int
    latency: float
    transfers: int
    shard: int | None = None


@dataclass(frozen=True, slots=True)
class Crew:
    """One copying: its *seconds*, and how many parts of the move each of the *workers* did."""

    workers: int
    files: int
    seconds: float
    parts: tuple[int, ...]

    @property
    def rate(self) -> float:
        """Files a second."""
        return self.files / self.seconds


@contextlib.contextmanager
def course_of(course: Course, home: Path, data: Path) -> Iterator[Callable[[int], Crew]]:
    """Copies with as many workers as it is told, each time into a new bucket, by a new ledger.

    Raises ``Unavailable`` if a server is missing.
    """
    _require_servers()
    files = Warehouse(data).small(course.files)
    with (
        sink(home, make_certificate(home), round_trip=course.latency) as service,
        own_redis(home) as broker,
        new_postgres_database() as template,
    ):

        def site(database: Mapping[str, Any], bucket: str) -> dict[str, str]:
            task = Task(files, service.endpoints["far"], bucket, home)
            return {**site_environment(task, database=database), "BROKER": broker.url}

        _run(["-m", "benchmarks.site.fill", "0"], site(template.settings, "nothing"))

        def copied_by(workers: int) -> Crew:
            bucket = service.new_bucket()
            with new_postgres_database(template.name) as ledger:
                crew = _copied(workers, course, site(ledger.settings, bucket), home)
            service.forget(bucket)
            return crew

        yield copied_by


def _copied(count: int, course: Course, site: Mapping[str, str], home: Path) -> Crew:
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(_worker(number, site, home)) for number in range(count)]
        for worker in workers:
            log = worker.log
            worker.wait_until(lambda log=log: logs.is_ready(log), seconds=START)  # type: ignore[misc]
        told = _run(
            ["-m", "django", "medialift", "migrate", "--from", "default", "--to", "cloud", "--yes", "--json",
             "--on", "celery", "--workers", str(course.transfers),
             *(["--shard", str(course.shard)] if course.shard else [])], site,
        )  # fmt: skip
        parts = tuple(logs.parts(worker.log) for worker in workers)
        for worker in workers:
            worker.log.unlink()
    (moved,) = (found for found in map(json.loads, told.splitlines()) if found["type"] == "move")
    assert moved["complete"], moved
    assert moved["copied"]["files"] == course.files, moved
    return Crew(count, course.files, moved["elapsed"], parts)


def _worker(number: int, site: Mapping[str, str], home: Path) -> contextlib.AbstractContextManager[Process]:
    command = [
        sys.executable, "-m", "celery", "-A", "benchmarks.site.queue", "worker", "--loglevel", "INFO",
        "--concurrency", "1", "--without-mingle", "--without-gossip", "-n", f"w{number}@%h",
    ]  # fmt: skip
    return running(f"worker {number}", command, log=home / f"worker-{number}.log", env=site)


def _run(arguments: list[str], site: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, **site},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def _require_servers() -> None:
    if shutil.which("redis-server") is None:
        raise Unavailable("Redis", "apt-get install redis-server")
    if databases.unreachable({"postgresql": databases.postgresql()}):
        raise Unavailable("PostgreSQL", databases.HOW_TO_GET_IT["postgresql"])
