"""Outcomes on their way to the ledger: in batches, and with progress told on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from medialift.move.entry import TROUBLE
from medialift.move.journal import Copies, Journal, Outcome, Tally
from medialift.move.values import Limits, Progress, Stage, Tell
from medialift.types import NotCopied, NotVerified

TELL_EVERY = 0.25
"""Seconds between two progress reports."""


@dataclass(slots=True)
class Meter:
    """Counts one stage and tells how far it is, a few times a second."""

    stage: Stage
    tell: Tell
    total: Tally = field(default_factory=Tally)
    files: int = 0
    bytes: int = 0
    errors: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _began: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._began

    def sent(self, size: int) -> None:
        """So many bytes went over; to be called from any thread."""
        with self._lock:
            self.bytes += size

    def count(self, size: int, *, error: bool = False) -> None:
        """One file is done, with *size* bytes that ``sent`` was not told of."""
        self.files += 1
        self.errors += error
        if size:
            self.sent(size)
        self.tick()

    def count_all(self, amount: Tally) -> None:
        """The same for many files at once."""
        self.files += amount.files
        self.sent(amount.bytes)
        self.tick()

    def tick(self) -> None:
        if time.monotonic() - self._told >= TELL_EVERY:
            self.now()

    def now(self) -> None:
        """Tell at once."""
        self._told = time.monotonic()
        # What is sent twice, after a failure, is not twice as far.
        done = min(self.bytes, self.total.bytes) if self.total.bytes else self.bytes
        self.tell(Progress(self.stage, self.files, self.total.files, done, self.total.bytes, self.errors, self.elapsed))


class Recorder:
    """Gives outcomes to the journal in batches; ``tick`` sees to it that none waits longer than it may."""

    def __init__(self, journal: Journal, limits: Limits, meter: Meter) -> None:
        self._journal, self._limits, self._meter = journal, limits, meter
        self._batch: list[Outcome] = []
        self._since = time.monotonic()

    def add(self, outcome: Outcome, size: int) -> None:
        """Take one outcome, with *size* bytes that the meter has not been told of."""
        self._batch.append(outcome)
        self._meter.count(size, error=_is_trouble(outcome))
        if len(self._batch) >= self._limits.batch or self._is_late():
            self.flush()

    def confirm(self, copies: Copies) -> Tally:
        """Record a page of items that a listing has confirmed; how much that is."""
        self._journal.confirm(copies)
        amount = copies.amount
        self._meter.count_all(amount)
        return amount

    def tick(self) -> None:
        if self._is_late():
            self.flush()
        self._meter.tick()

    def flush(self) -> None:
        """Give what there is to the journal."""
        batch, self._batch = self._batch, []
        if batch:
            self._journal.record(batch)
        self._since = time.monotonic()

    def _is_late(self) -> bool:
        return time.monotonic() - self._since >= self._limits.batch_seconds


@contextmanager
def recording(journal: Journal, limits: Limits, meter: Meter) -> Iterator[Recorder]:
    """A recorder whose last batch is written whatever happens, so that no work is done twice."""
    recorder = Recorder(journal, limits, meter)
    try:
        yield recorder
    finally:
        recorder.flush()
        meter.now()


def _is_trouble(outcome: Outcome) -> bool:
    if isinstance(outcome, NotCopied):
        return outcome.state in TROUBLE
    return isinstance(outcome, NotVerified)
