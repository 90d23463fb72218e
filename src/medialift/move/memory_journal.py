"""The journal of a move that may be forgotten: for tests, and for moves outside Django."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from medialift.move.entry import PROVED, Entry, is_judged, planned, recorded
from medialift.move.journal import Copies, Copy, Outcome, Recorded, Senders, Tally
from medialift.stores.base import Line
from medialift.types import Evidence, Proof, State, Step, Verified


class MemoryJournal:
    """A :class:`~medialift.move.journal.Journal` in this process's memory."""

    def __init__(self, mark: str = "") -> None:
        self.mark = mark
        self._entries: dict[str, Entry] = {}
        self._senders: Senders = {}

    def is_paused(self) -> bool:
        return False

    def begun(self, names: Sequence[str]) -> Collection[str]:
        known = ((name, self._entries.get(name)) for name in names)
        return {name for name, entry in known if entry is not None and entry.todo and entry.evidence is None}

    def evidence_for(self, names: Sequence[str]) -> Mapping[str, Evidence]:
        known = ((name, self._entries[name].evidence) for name in names if name in self._entries)
        return {name: evidence for name, evidence in known if evidence is not None}

    def states_of(self, names: Sequence[str]) -> Mapping[str, State]:
        return {name: self._entries[name].state for name in names if name in self._entries}

    def plan(self, steps: Sequence[Step]) -> None:
        self._entries.update({s.item.name: planned(self._entries.get(s.item.name), s) for s in steps})

    def todo(self) -> Iterator[Step]:
        for name in tuple(self._entries):
            entry = self._entries[name]
            if entry.todo is not None:
                yield entry.step

    def record(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            name = name_of(outcome)
            entry = recorded(self._entries.get(name), outcome)
            if entry is not None:
                self._entries[name] = entry

    def senders(self, change: Callable[[Senders], Senders]) -> Senders:
        self._senders = change(self._senders)
        return self._senders

    def evidence(self) -> Iterator[Evidence]:
        for entry in tuple(self._entries.values()):
            if entry.evidence is not None and entry.state in PROVED:
                yield entry.evidence

    def copies(self) -> Iterator[Copies]:
        judged = [entry.evidence for entry in self._entries.values() if entry.evidence is not None and is_judged(entry)]
        page = [
            Copy(number, item.name, _line(item), item.state)
            for number, item in enumerate(sorted(judged, key=lambda item: item.key))
        ]
        if page:
            yield Copies.of(page)

    def confirm(self, copies: Copies) -> None:
        for copy in copies:
            evidence = self._entries[copy.name].evidence
            if evidence is not None and _line(evidence) == copy.line:
                self.record([Verified(evidence)])

    def proofs(self) -> Mapping[Proof, int]:
        return Counter(evidence.proof for evidence in self.evidence())

    def recorded(self, states: Iterable[State] = ()) -> Iterator[Recorded]:
        wanted = frozenset(states) or frozenset(State)
        return (entry.recorded for entry in tuple(self._entries.values()) if entry.state in wanted)

    def tallies(self) -> Mapping[State, Tally]:
        tallies: dict[State, Tally] = {}
        for entry in self._entries.values():
            tallies[entry.state] = tallies.get(entry.state, Tally()) + Tally(1, entry.item.size)
        return tallies


def _line(evidence: Evidence) -> Line:
    return evidence.key, evidence.size, evidence.etag, None


def name_of(outcome: Outcome) -> str:
    """The name of the item that *outcome* is about."""
    return outcome.item.name if hasattr(outcome, "item") else outcome.name
