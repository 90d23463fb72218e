"""One shell for one session, so that ``cd`` and ``export`` last from command to command."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

MARKER = "~~~ended~~~"
PATIENCE = 300
"""Seconds that a session may take."""


class Shell:
    """A running bash. Progress goes to standard error and is another each time: only the rest is kept."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin, self._stdout = stdin, stdout

    def run(self, line: str) -> tuple[str, int]:
        """What the command prints, and the status it ends with."""
        self._stdin.write(f"{line}\necho {MARKER} $?\n")
        self._stdin.flush()
        printed = ""
        for text in self._stdout:
            before, marker, status = text.partition(MARKER)
            printed += before
            if marker:
                return printed, int(status)
        raise AssertionError(f"the shell ended within: {line}\n{printed}")


@contextmanager
def shell(folder: Path, environment: Mapping[str, str], errors: IO[bytes]) -> Iterator[Shell]:
    """A shell in *folder*; whatever it leaves running in the background ends with it."""
    process = subprocess.Popen(
        ["bash"], cwd=folder, env=dict(environment), text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    too_long = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
    too_long.start()
    try:
        with process.stdin, process.stdout:
            process.stdin.write("trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n")
            yield Shell(process.stdin, process.stdout)
        process.wait()
    finally:
        too_long.cancel()
        # Whatever it left running, if it did not get to end it by itself.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
