"""Another Python beside this one, with a socket for its standard input."""

from __future__ import annotations

import os
import socket
import subprocess
import sys


def is_of_use() -> bool:
    """Whether there is a core for it, and a Python to start: inside some servers, and frozen, this one is a program."""
    is_python = os.path.basename(sys.executable or "").startswith(("python", "pypy"))
    return is_python and not getattr(sys, "frozen", False) and cores() >= 2


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spawned(program: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """A process that runs *program* with this one's modules, and our end of its standard input. Raises ``OSError``."""
    path = [os.path.abspath(str(entry)) for entry in sys.path]
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = subprocess.Popen(  # noqa: S603 (no shell, and no word that is not our own)
                [sys.executable, *_flags(), "-c", f"import sys; sys.path[:] = {path}; {program}"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except BaseException:
            ours.close()
            raise
    return process, ours


def _flags() -> list[str]:
    """What this interpreter was told that changes how names of files are read, and what is loaded."""
    flags = ["-X", "utf8"] if sys.flags.utf8_mode else []
    if sys.flags.isolated:
        return [*flags, "-I"]
    return [*flags, "-E"] if sys.flags.ignore_environment else flags
