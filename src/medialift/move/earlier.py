"""What earlier runs of a move know, held against what is planned now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from medialift.errors import InvalidKeyError, NotFoundError
from medialift.keys import key_for
from medialift.move.entry import TROUBLE, is_doubted
from medialift.move.journal import Journal, Recorded
from medialift.move.marks import is_marked, keeps
from medialift.move.ordered import joined
from medialift.move.plan import PAGE
from medialift.move.spool import Spool
from medialift.move.values import Job
from medialift.stores.base import ObjectStore
from medialift.types import Action, Found, Item, ObjectInfo, State, Step

OPEN = (State.PENDING, *TROUBLE)
"""States in which the ledger may hold what is gone by now."""

UPLOADED = "an earlier run uploaded it; the source has changed since"
GONE_SINCE = "an earlier run has seen it, and rows still name it"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the ledger held before this plan: names that were open, and what somebody has accepted, by name.

    A person accepts by name, so that these few are kept in memory; the others are sorted on disk.
    """

    _open: Spool
    _accepted: Mapping[str, Recorded]
    _lost: Spool = field(default_factory=Spool)

    @classmethod
    def of(cls, journal: Journal) -> Earlier:
        still_open, accepted = Spool(), dict[str, Recorded]()
        for recorded in journal.recorded((*OPEN, State.ACCEPTED)):
            if recorded.state is State.ACCEPTED:
                accepted[recorded.item.name] = recorded
            elif not is_doubted(recorded):
                still_open.add((recorded.item.name,))
        return cls(still_open, accepted)

    def noting_lost(self, found: Iterable[Found], job: Job) -> Iterator[Found]:
        """Pass *found* on, and note each name that was still to be done, and that no row and no file has."""
        return self._noting_lost(found, job) if self._open else iter(found)

    def _noting_lost(self, found: Iterable[Found], job: Job) -> Iterator[Found]:
        names = ((name, True) for (name,) in self._open.drain())
        for name, item, _ in joined(((item.name, item) for item in found), names):
            if item is not None:
                yield item
            elif job.rows_are_all() and _is_gone(job.source, name):
                self._lost.add((name,))

    def deleted(self) -> Iterator[Step]:
        """A step for each name that was noted; to be asked for once all that was found went through."""
        for (name,) in self._lost.drain():
            yield Step(Action.DELETED, Item(name, name, 0, ""), "neither a row nor the source has it any more")

    def accepted(self, steps: Iterable[Step]) -> Iterator[Step]:
        """The same steps; what somebody has accepted is left as it is, while both sides are as they were then."""
        return self._with_accepted(steps) if self._accepted else iter(steps)

    def _with_accepted(self, steps: Iterable[Step]) -> Iterator[Step]:
        for step in steps:
            known = self._accepted.get(step.item.name)
            holds = known is not None and _is_as_accepted(known, step)
            yield replace(step, action=Action.LEAVE, reason=known.reason) if known and holds else step


def as_seen(there: ObjectInfo | None) -> str:
    """What is remembered of the target's object when somebody accepts it: nothing if there is none."""
    return f"{there.size} {there.etag or ''}".rstrip() if there is not None else ""


def _is_as_accepted(known: Recorded, step: Step) -> bool:
    if step.action in (Action.DONE, Action.DELETED) or known.item.fingerprint != step.item.fingerprint:
        return False
    then, now = known.error.split(), as_seen(step.target).split()
    # A listing may leave out the ETag that a look at the object has.
    return then == now or (len(then) != len(now) and then[:1] == now[:1] and bool(then and now))


def _is_gone(source: ObjectStore, name: str) -> bool:
    """Whether the source has no such object: asked, because it may have come since the listing."""
    try:
        source.head(key_for(name, source.traits.key_rules))
    except (NotFoundError, InvalidKeyError):
        return True
    return False


def vanished(steps: Iterator[Step], journal: Journal) -> Iterator[Step]:
    """The same steps; what an earlier run has seen was not missing from the beginning."""
    while page := list(islice(steps, PAGE)):
        absent = [step.item.name for step in page if step.action is Action.MISSING]
        if not absent:
            yield from page
            continue
        states = journal.states_of(absent)
        for step in page:
            was = states.get(step.item.name, State.MISSING_AT_BASELINE)
            is_new = step.action is Action.MISSING and was is not State.MISSING_AT_BASELINE
            yield replace(step, action=Action.VANISHED, reason=GONE_SINCE) if is_new else step


def recognised(steps: Iterable[Step], target: ObjectStore, journal: Journal) -> Iterator[Step]:
    """The same steps; what looks like a conflict and is a killed run's own upload is no conflict.

    One request for each that such a run may have uploaded, and none for all others.
    """
    if not keeps(target.traits, journal.mark):
        yield from steps
        return

    def judged(step: Step) -> Step:
        there = step.target
        is_own = there is not None and is_marked(target, there, journal.mark)
        return replace(step, action=Action.REPLACE, reason=UPLOADED) if is_own else step

    yield from _suspects(steps, journal, judged)


def doubted(steps: Iterable[Step], journal: Journal) -> Iterator[Step]:
    """The same steps; what looks like a conflict and may be a killed run's own upload is left to the copy stage."""
    if not journal.mark:
        yield from steps
        return
    yield from _suspects(steps, journal, lambda step: replace(step, action=Action.ADOPT))


def _suspects(steps: Iterable[Step], journal: Journal, judged: Callable[[Step], Step]) -> Iterator[Step]:
    """The same steps, *judged* if they are a conflict about what a killed run may have uploaded."""
    rest = iter(steps)
    while page := list(islice(rest, PAGE)):
        wondering = [step.item.name for step in page if step.action is Action.CONFLICT and step.evidence is None]
        if begun := journal.begun(wondering) if wondering else ():
            yield from (judged(step) if step.item.name in begun else step for step in page)
        else:
            yield from page
