"""The brokers of Celery: a Redis of the test's own, which can be killed, and the machine's RabbitMQ."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.servers.missing import missing
from tests.servers.process import free_port

RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"


class Broker(Protocol):
    """A broker of the test's own, which can be killed and started again."""

    @property
    def url(self) -> str: ...

    def start(self) -> None: ...

    def kill(self) -> None: ...


@dataclass
class OwnRedis:
    """A Redis server that keeps nothing: what it held when it is killed is lost."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        wait_for(self.port)

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()


@dataclass
class OwnRabbitMQ:
    """A RabbitMQ node beside the machine's; takes a quarter of a minute to start."""

    port: int
    inner_port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> None:
        environment = {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"medialift-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.inner_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none.conf"),
        }
        # Not the one on PATH: as root that becomes the user of the machine's own node.
        self.process = subprocess.Popen(
            [RABBITMQ], env={**os.environ, **environment}, stdout=subprocess.DEVNULL, start_new_session=True
        )
        wait_for(self.port)

    def kill(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def wait_for(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on port {port}")


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    if shutil.which("redis-server") is None:
        missing("Redis", "apt-get install redis-server")
    server = OwnRedis(free_port(), folder)
    with started(server):
        yield server


@contextlib.contextmanager
def own_rabbitmq(folder: Path) -> Iterator[OwnRabbitMQ]:
    if not os.access(RABBITMQ, os.X_OK):
        missing("RabbitMQ", "apt-get install rabbitmq-server")
    server = OwnRabbitMQ(free_port(), free_port(), folder)
    with started(server):
        yield server


@contextlib.contextmanager
def started(server: Broker) -> Iterator[None]:
    try:
        server.start()
        yield
    finally:
        server.kill()


def rabbitmq() -> str:
    """Its URL; skips the test if there is no server."""
    url = os.environ.get("AMQP_URL", "amqp://guest:guest@127.0.0.1:5672//")
    host, _, port = url.rpartition("@")[2].rstrip("/").partition(":")
    try:
        socket.create_connection((host, int(port or 5672)), timeout=2).close()
    except OSError:
        missing("RabbitMQ", "apt-get install rabbitmq-server, then set AMQP_URL")
    return url
