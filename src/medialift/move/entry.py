"""One item as a journal holds it, and how steps and outcomes change it.

Every journal keeps entries by these rules, so that all of them say the same about a move. What a
second process has finished meanwhile is never undone by word that comes late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from medialift.errors import LedgerError
from medialift.move.journal import Outcome, Recorded
from medialift.types import (
    Action,
    Copied,
    Evidence,
    Item,
    NotCopied,
    NotVerified,
    ObjectInfo,
    Proof,
    State,
    Step,
    Verified,
)

PROVED = frozenset({State.COPIED, State.VERIFIED})
"""States of which there is a proof."""
TROUBLE = (
    State.CONFLICT,
    State.UNREADABLE,
    State.NAME_INVALID_AT_TARGET,
    State.FAILED,
    State.OUT_OF_REACH,
    State.VANISHED,
)
"""States that a person has to look at; what was missing before the move is a fact, not a problem."""
RETRIED = frozenset({State.PENDING, State.FAILED})
STRONGEST_FIRST = tuple(Proof)

PLANNED = {
    Action.COPY: State.PENDING,
    Action.REPLACE: State.PENDING,
    Action.ADOPT: State.PENDING,
    Action.CONFLICT: State.CONFLICT,
    Action.MISSING: State.MISSING_AT_BASELINE,
    Action.OUT_OF_REACH: State.OUT_OF_REACH,
    Action.VANISHED: State.VANISHED,
    Action.DELETED: State.DELETED,
    Action.LEAVE: State.ACCEPTED,
    Action.INVALID_NAME: State.NAME_INVALID_AT_TARGET,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """``todo`` is what is still to be done, ``target`` the object that an ``ADOPT`` has seen there.

    An item with evidence of an earlier copy has no ``target``: it is looked at again.

    The state of the evidence is always the state of the entry.
    """

    item: Item
    state: State
    todo: Action | None = None
    target: ObjectInfo | None = None
    evidence: Evidence | None = None
    reason: str = ""
    error: str = ""

    @property
    def step(self) -> Step:
        """The step that is still to be done; only where ``todo`` says which."""
        assert self.todo is not None
        return Step(self.todo, self.item, self.reason, self.target, self.evidence)

    @property
    def recorded(self) -> Recorded:
        return Recorded(self.item, self.state, self.evidence, self.reason, self.error)


def planned(entry: Entry | None, step: Step) -> Entry:
    """What a step makes of an entry. A ``DONE`` or ``LEAVE`` step, or one that was overtaken, only updates the rows.

    Raises :class:`~medialift.errors.LedgerError` for a ``DONE`` step of which nothing is known.
    """
    if entry is not None and (step.action in (Action.DONE, Action.LEAVE) or _is_overtaken(entry, step)):
        return _with_rows(entry, step.item.rows)
    if step.action is Action.DONE:
        raise LedgerError(f"the ledger knows nothing of {step.item.name!r}, which was planned as done")
    state = PLANNED[step.action]
    todo = step.action if state is State.PENDING else None
    evidence = _kept(entry, step.item, state)
    target = step.target if step.action is Action.ADOPT and evidence is None else None
    return Entry(step.item, state, todo, target, evidence, step.reason)


def recorded(entry: Entry | None, outcome: Outcome) -> Entry | None:
    """What an outcome makes of an entry; a verdict on what is not, or no longer, copied changes nothing.

    Nor does one on an older copy than the entry's: nobody has looked at the newer one.
    """
    if isinstance(outcome, Copied):
        return _copied(entry, outcome)
    if isinstance(outcome, NotCopied):
        return _not_copied(entry, outcome)
    if entry is None or entry.evidence is None or not is_same_copy(entry.evidence, outcome.judged):
        return entry
    if entry.state not in PROVED and not (isinstance(outcome, Verified) and outcome.reread and is_doubted(entry)):
        return entry
    if isinstance(outcome, NotVerified):
        return Entry(entry.item, State.FAILED, None, None, _as(entry.evidence, State.FAILED), outcome.reason)
    return _verified(entry, entry.evidence, outcome)


def is_doubted(entry: Entry | Recorded) -> bool:
    """Whether a copy of this very version of the file was found bad: reading every byte again may clear it."""
    item, evidence = entry.item, entry.evidence
    if entry.state is not State.FAILED or evidence is None:
        return False
    return (evidence.size, evidence.fingerprint) == (item.size, item.fingerprint)


def is_judged(entry: Entry) -> bool:
    """Whether a verification judges it: what was copied, and what was found bad since."""
    return entry.evidence is not None and (entry.state in PROVED or is_doubted(entry))


def is_same_copy(one: Evidence | None, other: Evidence | None) -> bool:
    """Whether both tell of one copy of one version of the source, whatever proves it."""
    return one is not None and other is not None and _identity(one) == _identity(other)


def _identity(evidence: Evidence) -> tuple[object, ...]:
    # Whether an MD5 was computed too depends on what was known of the target, not on the bytes.
    sha256 = evidence.digests.sha256
    return evidence.key, evidence.size, evidence.fingerprint, sha256, evidence.etag, evidence.version


def _is_overtaken(entry: Entry, step: Step) -> bool:
    """Whether the step was planned before somebody else copied this very version of the file."""
    if entry.state not in PROVED or entry.item.fingerprint != step.item.fingerprint:
        return False
    return not is_same_copy(entry.evidence, step.evidence)


def _with_rows(entry: Entry, rows: Mapping[str, int]) -> Entry:
    return entry if entry.item.rows == rows else replace(entry, item=replace(entry.item, rows=rows))


def _kept(entry: Entry | None, item: Item, state: State) -> Evidence | None:
    if entry is None or entry.evidence is None or entry.item.key != item.key:
        return None
    return _as(entry.evidence, state)


def _as(evidence: Evidence, state: State) -> Evidence:
    return replace(evidence, state=state)


def _copied(entry: Entry | None, outcome: Copied) -> Entry:
    item, stored = outcome.item, outcome.stored
    evidence = Evidence(
        item.name,
        item.key,
        item.size,
        item.fingerprint,
        outcome.digests,
        stored.etag,
        stored.version,
        stored.part_size,
        outcome.proof,
        State.COPIED,
    )
    if entry is not None and entry.state is State.VERIFIED and is_same_copy(entry.evidence, evidence):
        return entry
    return Entry(item, State.COPIED, evidence=evidence)


def _not_copied(entry: Entry | None, outcome: NotCopied) -> Entry:
    item, state = outcome.item, outcome.state
    if (
        state is not State.SKIPPED
        and entry is not None
        and entry.state in PROVED
        and entry.item.fingerprint == item.fingerprint
    ):
        return entry
    again = outcome.retryable and state in RETRIED
    todo = ((entry.todo if entry else None) or Action.COPY) if again else None
    target = entry.target if entry and again else None
    return Entry(item, state, todo, target, _kept(entry, item, state), outcome.reason, outcome.error)


def _verified(entry: Entry, evidence: Evidence, outcome: Verified) -> Entry:
    proof = min(evidence.proof, outcome.proof, key=STRONGEST_FIRST.index)
    proved = replace(evidence, proof=proof, state=State.VERIFIED)
    return entry if proved == evidence else Entry(entry.item, State.VERIFIED, evidence=proved)
