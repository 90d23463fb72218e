from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.survival.conftest import make_site, postgres_template, rng, sqlite_template
from tests.survival.site import ROOT, Site
from tests.workers import logs
from tests.workers.brokers import Broker, OwnRedis, own_rabbitmq, own_redis, rabbitmq

__all__ = ["make_site", "postgres_template", "rng", "sqlite_template"]


@dataclass
class Worker:
    """A worker of a queue, and what it says."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """``kill -9`` of it and of its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def has_begun(self) -> bool:
        """Whether it has taken a message, if it is one of Celery."""
        return logs.has_begun(self.log)

    def shards(self) -> int:
        """How many shards its tasks say they have finished, if it is one of Celery."""
        return logs.parts(self.log)


StartsWorker = Callable[..., Worker]
COMMANDS: Mapping[str, Sequence[str]] = {
    "celery": (
        "-m", "celery", "-A", "tests.workers.app", "worker", "--loglevel", "INFO", "--concurrency", "1",
        "--without-mingle", "--without-gossip",
    ),
    "tasks": (str(ROOT / "manage.py"), "rqworker", "default", "--job-class", "django_tasks_rq.Job"),
}  # fmt: skip
"""What starts a worker of ``--on celery``, and of ``--on tasks`` with the backend that keeps its tasks in Redis."""


def queue_for(site: Site, broker: str) -> None:
    """Let *site* use *broker*, with a queue of its own."""
    queue = f"medialift-{uuid.uuid4().hex[:8]}"
    site.environment.update(BROKER=broker, QUEUE=queue, DJANGO_SETTINGS_MODULE="tests.workers.project")


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[StartsWorker]:
    started: list[Worker] = []

    def start(site: Site, queue: str = "celery") -> Worker:
        log = tmp_path / f"worker-{len(started)}.log"
        name = ["-n", f"w{len(started)}@%h"] if queue == "celery" else []
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [sys.executable, *COMMANDS[queue], *name],
                env=site.environ(), stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
            )  # fmt: skip
        started.append(Worker(process, log))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[OwnRedis]:
    with own_redis(tmp_path) as server:
        yield server


@pytest.fixture
def own_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    """A broker that may be killed: ``"redis"``, or the ``"rabbitmq"`` that indirect parameters ask for."""
    open_broker = own_rabbitmq if request.param == "rabbitmq" else own_redis
    folder = tmp_path / "broker"
    folder.mkdir()
    with open_broker(folder) as server:
        yield server


@pytest.fixture(params=["redis", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> str:
    """The URL of a broker of Celery, of either kind unless indirect parameters say which."""
    if request.param == "rabbitmq":
        return rabbitmq()
    server: OwnRedis = request.getfixturevalue("redis")
    return server.url
