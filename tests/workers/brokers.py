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

from tests.servers.missing import missing
from tests.servers.process import free_port


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


def wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on port {port}")


@contextlib.contextmanager
def own_redis(folder: Path) -> Iterator[OwnRedis]:
    if shutil.which("redis-server") is None:
        missing("Redis", "apt-get install redis-server")
    server = OwnRedis(free_port(), folder)
    server.start()
    try:
        yield server
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
