"""What the outcomes of one stage come to, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from medialift.move.journal import Journal, Tally
from medialift.move.summary import Names
from medialift.move.values import CopyResult, MoveResult, VerifyResult
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

    @property
    def files(self) -> int:
        """All of them."""
        return self._copied.files + self._adopted.files + sum(tally.files for tally in self._not_copied.values())

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
    """Adds up what a verification found, over all pairs of stores; *is_sample* says that some names were drawn."""

    def __init__(self, *, is_sample: bool) -> None:
        self._is_sample = is_sample
        self._verified = Tally()
        self._not_verified = 0
        self._reread = 0
        self._clean = self._bad = 0
        self._failures: list[NotVerified] = []

    def add(self, answer: Verified | NotVerified, size: int, *, drawn: bool = False) -> None:
        """Count one answer; *drawn* if its item was chosen by chance."""
        self._reread += answer.reread
        if isinstance(answer, Verified):
            self._verified += Tally(1, size)
            self._clean += drawn
        else:
            self._not_verified += 1
            self._bad += drawn
            if len(self._failures) < SHOWN:
                self._failures.append(answer)

    def add_seen(self, amount: Tally) -> None:
        """Count what a listing has confirmed, none of it drawn."""
        self._verified += amount

    def result(self, *, stopped: bool, elapsed: float) -> VerifyResult:
        return VerifyResult(
            self._verified,
            self._not_verified,
            tuple(self._failures),
            self._reread,
            None if stopped else self._bound(),
            stopped=stopped,
            elapsed=elapsed,
        )

    def _bound(self) -> float | None:
        """Only a whole sample without a single defect bounds anything."""
        files = self._verified.files + self._not_verified
        return bound(self._clean, files) if self._is_sample and not self._bad else None


def together(results: Sequence[MoveResult]) -> MoveResult:
    """What the runs of all pairs of one move come to; at least one."""
    checks = [result.verify for result in results if result.verify is not None]
    deleted = Names()
    for result in results:
        deleted.extend(result.deleted)
    return MoveResult(
        copy=_copies([result.copy for result in results]),
        verify=_checks(checks) if len(checks) == len(results) else None,
        states=summed(result.states for result in results),
        complete=all(result.complete for result in results),
        stopped=any(result.stopped for result in results),
        deleted=deleted,
    )


def summed(all_states: Iterable[Mapping[State, Tally]]) -> dict[State, Tally]:
    """Files and bytes by state, over several pairs of stores."""
    total: dict[State, Tally] = {}
    for states in all_states:
        for state, tally in states.items():
            total[state] = total.get(state, Tally()) + tally
    return total


def _copies(copies: Sequence[CopyResult]) -> CopyResult:
    return CopyResult(
        copied=sum((copy.copied for copy in copies), Tally()),
        adopted=sum((copy.adopted for copy in copies), Tally()),
        not_copied=summed(copy.not_copied for copy in copies),
        failures=tuple(failure for copy in copies for failure in copy.failures)[:SHOWN],
        stopped=any(copy.stopped for copy in copies),
        elapsed=sum(copy.elapsed for copy in copies),
        taken=sum((copy.taken for copy in copies), Tally()),
    )


def _checks(checks: Sequence[VerifyResult]) -> VerifyResult:
    return VerifyResult(
        verified=sum((check.verified for check in checks), Tally()),
        not_verified=sum(check.not_verified for check in checks),
        failures=tuple(failure for check in checks for failure in check.failures)[:SHOWN],
        reread=sum(check.reread for check in checks),
        bound=None,
        stopped=any(check.stopped for check in checks),
        elapsed=sum(check.elapsed for check in checks),
        waited=sum(check.waited for check in checks),
    )


@dataclass(slots=True)
class References:
    """What became of the rows that name files: how many there are, and how many had to change.

    ``escaped`` counts the files whose key is another than their name: their rows need no change.
    """

    rows: int = 0
    changed: int = 0
    overtaken: int = 0
    """Rows that somebody else had changed meanwhile: they were left alone."""
    escaped: int = 0


SENT = (State.COPIED, State.VERIFIED)


def references(journals: Iterable[Journal], rename: Callable[[str], str] = str) -> References:
    """The references to everything that the journals hold, which *rename* has given these names at the target."""
    found = References()
    for recorded in (recorded for journal in journals for recorded in journal.recorded()):
        found.rows += sum(recorded.item.rows.values())
        if recorded.state in SENT:
            found.escaped += recorded.item.key not in (recorded.item.name, rename(recorded.item.name))
    return found
