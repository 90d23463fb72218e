"""What the outcomes of one stage come to, in constant memory."""

from __future__ import annotations

from medialift.move.journal import Tally
from medialift.move.values import CopyResult, VerifyResult
from medialift.move.verify import bound
from medialift.types import Copied, NotCopied, NotVerified, State, Verified

SHOWN = 100
"""Failures that a result shows; the ledger has all of them."""


class Outcomes:
    """Adds up what a copy stage did."""

    def __init__(self) -> None:
        self._copied = self._adopted = Tally()
        self._not_copied: dict[State, Tally] = {}
        self._failures: list[NotCopied] = []

    def add(self, outcome: Copied | NotCopied) -> int:
        """Count one outcome; its bytes, unless they were counted while they were sent."""
        size = Tally(1, outcome.item.size)
        if isinstance(outcome, NotCopied):
            self._not_copied[outcome.state] = self._not_copied.get(outcome.state, Tally()) + size
            if len(self._failures) < SHOWN:
                self._failures.append(outcome)
        elif outcome.adopted:
            self._adopted += size
        else:
            self._copied += size
            return 0
        return size.bytes

    def result(self, *, stopped: bool, elapsed: float) -> CopyResult:
        return CopyResult(
            self._copied, self._adopted, self._not_copied, tuple(self._failures), stopped=stopped, elapsed=elapsed
        )


class Checks:
    """Adds up what a verification found; *sample* are the names that were drawn, if any were."""

    def __init__(self, sample: frozenset[str] | None) -> None:
        self._sample = sample
        self._verified = Tally()
        self._not_verified = 0
        self._reread = 0
        self._clean = self._bad = 0
        self._failures: list[NotVerified] = []

    def add(self, answer: Verified | NotVerified, size: int) -> None:
        drawn = self._sample is not None and answer.name in self._sample
        self._reread += answer.reread
        if isinstance(answer, Verified):
            self._verified += Tally(1, size)
            self._clean += drawn
        else:
            self._not_verified += 1
            self._bad += drawn
            if len(self._failures) < SHOWN:
                self._failures.append(answer)

    def result(self, files: int, *, stopped: bool, elapsed: float) -> VerifyResult:
        return VerifyResult(
            self._verified,
            self._not_verified,
            tuple(self._failures),
            self._reread,
            self._bound(files),
            stopped=stopped,
            elapsed=elapsed,
        )

    def _bound(self, files: int) -> float | None:
        """Only a sample without a single defect bounds anything."""
        return bound(self._clean, files) if self._sample is not None and not self._bad else None
