"""How far a stage is, how fast it goes, and how long it will still take."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from medialift.move.values import Progress

WINDOW_SECONDS = 15.0
"""Rates are of the last seconds: short enough to follow a change, long enough not to jump with each file."""
SAMPLE_SECONDS = 0.1


def share(progress: Progress) -> float:
    """Done, from 0 to 1: by bytes, or by files where there are no bytes; 0 while the total is unknown."""
    by_bytes = (progress.bytes, progress.bytes_total)
    done, total = by_bytes if progress.bytes_total else (progress.files, progress.files_total)
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
        self._samples: deque[Progress] = deque()

    def measure(self, progress: Progress) -> Pace:
        """The pace over the last :data:`WINDOW_SECONDS`."""
        self._remember(progress)
        first = self._samples[0]
        seconds = progress.elapsed - first.elapsed
        if seconds <= 0:
            return Pace()
        by_bytes, by_files = (progress.bytes - first.bytes) / seconds, (progress.files - first.files) / seconds
        return Pace(by_bytes, by_files, _left(progress, by_bytes, by_files))

    def _remember(self, progress: Progress) -> None:
        if not self._samples or progress.elapsed - self._samples[-1].elapsed >= SAMPLE_SECONDS:
            self._samples.append(progress)
        while len(self._samples) > 2 and progress.elapsed - self._samples[0].elapsed > WINDOW_SECONDS:
            self._samples.popleft()


def _left(progress: Progress, by_bytes: float, by_files: float) -> float | None:
    """Small files cost their number and large ones their bytes: the slower of the two decides."""
    if not progress.files_total:
        return None
    both = ((progress.bytes_total - progress.bytes, by_bytes), (progress.files_total - progress.files, by_files))
    todo = [(left, speed) for left, speed in both if left > 0]
    if any(speed <= 0 for _, speed in todo):
        return None
    return max((left / speed for left, speed in todo), default=0.0)
