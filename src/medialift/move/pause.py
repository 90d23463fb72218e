"""A move that waits: while a file is there, nothing new is begun, and everything goes on when it is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

LOOK_EVERY = 0.5
"""Seconds between two looks for the file."""


class Gate:
    """Keeps workers out while it is closed. Safe to use from all of them at once."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()

    @property
    def is_open(self) -> bool:
        return self._open.is_set()

    def pass_through(self) -> None:
        """Wait until the gate is open."""
        self._open.wait()

    def set_open(self, is_open: bool) -> None:
        if is_open:
            self._open.set()
        else:
            self._open.clear()


class PauseFile:
    """Closes *gate* while *file* is there; looks for it when ``look`` is called, a few times a second at most."""

    def __init__(self, file: Path | None, gate: Gate, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._gate, self._clock = file, gate, clock
        self._looked = -LOOK_EVERY

    def look(self) -> None:
        if self._file is None or self._clock() - self._looked < LOOK_EVERY:
            return
        self._looked = self._clock()
        self._gate.set_open(not self._file.exists())
