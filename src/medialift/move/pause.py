"""A move that waits: while a file is there, or somebody has asked for it, nothing new is begun."""

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


class Pause:
    """Closes *gate* while *file* is there or *asked* says so; ``look`` asks them twice a second at most."""

    def __init__(
        self,
        gate: Gate,
        file: Path | None,
        asked: Callable[[], bool],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gate, self._file, self._asked, self._clock = gate, file, asked, clock
        self._looked = -LOOK_EVERY

    def look(self) -> None:
        if self._clock() - self._looked >= LOOK_EVERY:
            self.look_now()

    def look_now(self) -> None:
        """Ask at once: before work begins, and after the end of other work has opened the gate."""
        self._looked = self._clock()
        there = self._file is not None and self._file.exists()
        self._gate.set_open(not (there or self._asked()))
