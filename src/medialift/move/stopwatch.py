"""How long a thread waits: what tells a slow disk, or a far service, from a busy machine."""

from __future__ import annotations

import resource
import time

OWN = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)
"""Whose time is measured: this thread's, where the system can tell (Linux)."""


class Stopwatch:
    """Tells how long this thread has waited for something, and not only for its turn on a busy machine."""

    def __init__(self) -> None:
        self._since, self._rests = self._now()

    def waited(self) -> float:
        """Seconds."""
        now, rests = self._now()
        return max(0.0, now - self._since) if rests > self._rests else 0.0

    @staticmethod
    def _now() -> tuple[float, int]:
        usage = resource.getrusage(OWN)
        return time.perf_counter() - usage.ru_utime - usage.ru_stime, usage.ru_nvcsw
