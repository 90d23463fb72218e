"""One server process: started on loopback, waited for, logged, and stopped even if the tests are killed."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below the range that Linux gives to outgoing connections, so that none of them can take the port
# between the moment it is chosen and the moment the server binds it.
PORTS = range(12_000, 32_000)


class ServerError(Exception):
    """A server did not start, or did not answer in time; the message ends with its log."""


def free_port() -> int:
    """A TCP port that nobody listens on. Not drawn from ``random``, whose seed the workers share."""
    for _ in range(200):
        port = PORTS[secrets.randbelow(len(PORTS))]
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            return port
    raise ServerError("no free port on loopback")


def find_program(name: str) -> str | None:
    """The program's path: beside this Python (wheels put theirs there), else on PATH or in the system's folders."""
    places = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath), "/usr/local/sbin:/usr/sbin:/sbin"]
    return shutil.which(name, path=os.pathsep.join(places))


@dataclass(frozen=True)
class Process:
    """A running server. ``log`` holds everything it printed."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Poll *ready* until it is true. Raises :class:`ServerError` if the process ends or time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.popen.poll() is not None:
                raise ServerError(f"{self.name} ended with code {self.popen.returncode}\n{tail(self.log)}")
            if time.monotonic() > deadline:
                raise ServerError(f"{self.name} did not answer within {seconds:.0f} s\n{tail(self.log)}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the process and all that it started. Nothing a test server holds is worth a slow shutdown."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(timeout=10)


def tail(log: Path, *, start: int = 0, lines: int = 40) -> str:
    """The last lines of a log, of those written after the byte offset *start*."""
    with log.open("rb") as file:
        file.seek(start)
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])


@contextlib.contextmanager
def running(name: str, command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None) -> Iterator[Process]:
    """Run *command* in a process group of its own for the time of the block."""
    with log.open("ab") as output:
        popen = subprocess.Popen(
            [*_leash(), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
    process = Process(name, popen, log)
    try:
        yield process
    finally:
        process.stop()


def _leash() -> list[str]:
    """A prefix under which the kernel kills the server when the thread that started it is gone, whatever killed it.

    util-linux's ``setpriv`` sets PR_SET_PDEATHSIG (see prctl(2)); elsewhere only :meth:`Process.stop` ends the server.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL", "--"] if setpriv else []


def accepts(port: int) -> bool:
    """Whether something listens on this loopback port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False
