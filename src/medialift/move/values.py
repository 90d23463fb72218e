"""What a caller hands to :mod:`medialift.move.run`, and what it gets back."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from medialift.move.journal import Journal, Tally
from medialift.move.summary import NOTHING, Names
from medialift.stores.base import ObjectStore
from medialift.types import Found, NotCopied, NotVerified, Reference, State

MIB = 1024 * 1024


class Stage(enum.Enum):
    """What a move is doing right now."""

    BACKUP = "backup"
    PLAN = "plan"
    COPY = "copy"
    VERIFY = "verify"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one stage has come. Totals are 0 while they are unknown; ``elapsed`` is in seconds."""

    stage: Stage
    files: int
    files_total: int
    bytes: int
    bytes_total: int
    errors: int
    elapsed: float

    @property
    def rate(self) -> float:
        """Bytes per second since the stage began."""
        return self.bytes / self.elapsed if self.elapsed else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds until the stage ends at this rate, or ``None`` if nobody can tell yet."""
        files_left = self.files_total - self.files
        if not self.elapsed or not self.files or files_left < 0:
            return None
        by_files = files_left * self.elapsed / self.files
        by_bytes = (self.bytes_total - self.bytes) / self.rate if self.rate else 0.0
        return max(by_files, by_bytes, 0.0)


Tell = Callable[[Progress], None]


def tell_nobody(progress: Progress) -> None:
    """A :data:`Tell` for callers that show no progress."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a move may take.

    ``workers`` is a ceiling: the number in flight is found by the engine. Where each needs a thread there are fewer:
    measured 20 ms away, 128 threads carry 4,200 small files a second and 64 of them 2,500; on loopback 8 are as good.
    ``bytes_in_flight`` caps what is held in memory between the two stores, in bytes. Files up to ``whole`` bytes are
    read into memory at once, larger ones are streamed. ``attempts`` counts every try of one
    transfer. ``bandwidth`` is in bytes per second. Outcomes reach the ledger after ``batch`` items
    or ``batch_seconds``, whichever comes first. While ``pause_file`` is there, no file is begun. A move of many
    small files is carried by two ``processes``; 1 keeps it in this one.
    """

    workers: int = 256
    bytes_in_flight: int = 64 * MIB
    whole: int = 4 * MIB
    attempts: int = 5
    bandwidth: int | None = None
    batch: int = 1000
    batch_seconds: float = 1.0
    pause_file: Path | None = None
    processes: int = 2


@dataclass(frozen=True, slots=True)
class Job:
    """One pair of stores, its ledger, and how to work on it.

    ``references`` is called whenever the rows have to be read again and yields them in any order.
    ``rows_are_all`` says, once they were read, whether no other row can name a file of this move.
    ``unreferenced=False`` leaves files alone that no row names; it belongs to every move of
    selected models only, because there "no row" is not known. ``takes`` says what of the source goes to
    this target, and for which rows: ``None`` where it has no part in it. ``rename`` gives the name that a
    file has at the target; the ledger knows it by the one that it has at the source. ``tell`` and the
    journal are called in the caller's thread only. Setting ``stop`` ends the running stage cleanly and soon.
    """

    source: ObjectStore
    target: ObjectStore
    journal: Journal
    references: Callable[[], Iterable[Reference]]
    rows_are_all: Callable[[], bool] = lambda: True
    unreferenced: bool = True
    takes: Callable[[Found], Found | None] | None = None
    rename: Callable[[str], str] | None = None
    limits: Limits = Limits()
    stop: threading.Event = field(default_factory=threading.Event)
    tell: Tell = tell_nobody


@dataclass(frozen=True, slots=True)
class CopyResult:
    """What one run of the copy stage did. ``failures`` are the first few of all exceptions.

    ``taken`` is what this run's plan took of the source, done before or not; empty where it made none.
    """

    copied: Tally
    adopted: Tally
    not_copied: Mapping[State, Tally]
    failures: tuple[NotCopied, ...]
    stopped: bool
    elapsed: float
    taken: Tally = NOTHING


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What one verification found.

    ``reread`` counts the objects whose every byte was fetched and hashed. ``bound`` is the share of
    bad objects that a clean sample rules out at 95 % confidence (``None`` without a sample). ``waited`` are
    the seconds until nothing that was sent without an answer could land any more.
    """

    verified: Tally
    not_verified: int
    failures: tuple[NotVerified, ...]
    reread: int
    bound: float | None
    stopped: bool
    elapsed: float
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class MoveResult:
    """Where the whole move stands after a run.

    ``complete`` is true if every file that the source has is proved at the target; what the source
    never had (``MISSING_AT_BASELINE``), what was left out by a rule (``SKIPPED``) and what is gone with
    its rows (``DELETED``) does not count against it. ``stopped`` says that somebody asked to stop: run
    it again, and it goes on.
    """

    copy: CopyResult
    verify: VerifyResult | None
    states: Mapping[State, Tally]
    complete: bool
    stopped: bool
    deleted: Names = field(default_factory=Names)
    """Only on the way back: files of the move that its target does not have any more; they were left alone."""


@dataclass(frozen=True, slots=True)
class BackupResult:
    """What a backup holds: files by the way they got there (``reflink``, ``copy``, ``kept``)."""

    folder: str
    files: Mapping[str, Tally]
    stopped: bool

    @property
    def total(self) -> Tally:
        return sum(self.files.values(), Tally())
