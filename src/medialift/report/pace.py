"""How far a stage is, how fast it goes, and how long it will still take."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WINDOW_SECONDS = 15.0
"""Rates are of the last seconds: short enough to follow a change, long enough not to jump with each file."""
SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Count:
    """Where a stage stands; ``total_files`` is 0 while nobody knows."""

    stage: str
    files: int = 0
    bytes: int = 0
    total_files: int = 0
    total_bytes: int = 0
    errors: int = 0

    @property
    def share(self) -> float:
        """Done, from 0 to 1: by bytes, or by files where there are no bytes."""
        done, total = (self.bytes, self.total_bytes) if self.total_bytes else (self.files, self.total_files)
        return min(done / total, 1.0) if total else 0.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Bytes and files a second, and the seconds left (``None``: cannot tell)."""

    bytes: float = 0.0
    files: float = 0.0
    left: float | None = None


class Pacer:
    """Measures one stage."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int, int]] = deque()

    def measure(self, count: Count, now: float) -> Pace:
        """The pace at *now* (seconds of any monotonic clock), over the last :data:`WINDOW_SECONDS`."""
        self._remember(count, now)
        since, octets, files = self._samples[0]
        if now <= since:
            return Pace()
        by_bytes, by_files = (count.bytes - octets) / (now - since), (count.files - files) / (now - since)
        return Pace(by_bytes, by_files, _left(count, by_bytes, by_files))

    def _remember(self, count: Count, now: float) -> None:
        if not self._samples or now - self._samples[-1][0] >= SAMPLE_SECONDS:
            self._samples.append((now, count.bytes, count.files))
        while len(self._samples) > 2 and now - self._samples[0][0] > WINDOW_SECONDS:
            self._samples.popleft()


def _left(count: Count, by_bytes: float, by_files: float) -> float | None:
    """Small files cost their number and large ones their bytes: the slower of the two decides."""
    if not count.total_files:
        return None
    both = ((count.total_bytes - count.bytes, by_bytes), (count.total_files - count.files, by_files))
    todo = [(left, speed) for left, speed in both if left > 0]
    if any(speed <= 0 for _, speed in todo):
        return None
    return max((left / speed for left, speed in todo), default=0.0)
