"""What a move needs from its ledger, whatever the ledger is made of.

Only ``move/run.py`` calls these. :mod:`medialift.ledger` keeps the journal in the site's database;
:class:`MemoryJournal` keeps it in memory, for tests and for moves outside Django.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple, Protocol, overload

from medialift.stores.base import Line
from medialift.types import Copied, Evidence, Item, NotCopied, NotVerified, Proof, State, Step, Verified

Senders = Mapping[str, float | None]
"""By run: the time (UNIX, seconds) until which something that it sent may land; ``None`` while it sends."""

_size = itemgetter(1)

Outcome = Copied | NotCopied | Verified | NotVerified


@dataclass(frozen=True, slots=True)
class Tally:
    """How many items stand somewhere, and their bytes."""

    files: int = 0
    bytes: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.files + other.files, self.bytes + other.bytes)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One item as the ledger holds it."""

    item: Item
    state: State
    evidence: Evidence | None
    reason: str = ""
    error: str = ""


class Copy(NamedTuple):
    """What a listing of the target is held against: one item as it was copied.

    ``number`` is the ledger's own for it, ``line`` what a listing without versions says of the object
    if it is still the same one, ``state`` a number of :class:`~medialift.types.State`.
    """

    number: int
    name: str
    line: Line
    state: int


@dataclass(frozen=True, slots=True)
class Copies(Sequence[Copy]):
    """A page of copies, column by column: most of a page is judged at once, and never looked at one by one.

    ``generation`` is the journal's own word for what it held before it read the first of them: as long as it
    is the same, nothing was copied since. ``None`` says that nobody knows.
    """

    numbers: Sequence[int]
    names: Sequence[str]
    lines: Sequence[Line]
    states: Sequence[int]
    generation: int | None = None

    @classmethod
    def of(cls, copies: Iterable[Copy], generation: int | None = None) -> Copies:
        """The same copies as columns."""
        columns = [list(column) for column in zip(*copies, strict=True)]
        numbers, names, lines, states = columns or ([], [], [], [])
        return cls(numbers, names, lines, states, generation)

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[Copy]:
        return map(Copy, self.numbers, self.names, self.lines, self.states)

    @overload
    def __getitem__(self, place: int) -> Copy: ...
    @overload
    def __getitem__(self, place: slice) -> Copies: ...
    def __getitem__(self, place: int | slice) -> Copy | Copies:
        if isinstance(place, slice):
            columns = self.numbers[place], self.names[place], self.lines[place], self.states[place]
            return Copies(*columns, self.generation)
        return Copy(self.numbers[place], self.names[place], self.lines[place], self.states[place])

    @property
    def amount(self) -> Tally:
        """How many they are, and their bytes."""
        return Tally(len(self), sum(map(_size, self.lines)))

    def open(self) -> Sequence[int]:
        """The numbers of those that are COPIED, and not verified yet."""
        waiting = int(State.COPIED)
        if self.states.count(waiting) == len(self):
            return self.numbers
        return [number for number, state in zip(self.numbers, self.states, strict=True) if state == waiting]


class Journal(Protocol):
    """The durable record of one move between one pair of stores.

    Every call is one short transaction, safe to repeat, and safe beside a second process that
    moves the same files. Nothing here holds more than a page of items in memory.

    ``mark`` is what this pair of this move writes beside every object that it uploads, the same in every
    run of it and in no other move; empty if nothing is to be written.
    """

    @property
    def mark(self) -> str: ...

    def is_paused(self) -> bool:
        """Whether somebody has asked that nothing new is begun for now; asked twice a second."""

    def begun(self, names: Sequence[str]) -> Collection[str]:
        """Those of these names (at most a page) that a run may have uploaded without getting to record it.

        They are still to be done, and were never recorded as copied.
        """

    def evidence_for(self, names: Sequence[str]) -> Mapping[str, Evidence]:
        """What is known of these names (at most a page of them); unknown ones are left out.

        Evidence outlives every later outcome but a new ``Copied``. Its ``state`` is the item's state
        now: after a ``NotVerified`` it is FAILED, which tells a plan that the target is damaged.
        """

    def states_of(self, names: Sequence[str]) -> Mapping[str, State]:
        """Where these names (at most a page of them) stand; unknown ones are left out."""

    def plan(self, steps: Sequence[Step]) -> None:
        """Record a page of steps as items; what is already COPIED or VERIFIED for ``DONE`` steps stays so.

        COPY, REPLACE and ADOPT make an item PENDING, and which of them it was is kept: a copier that
        took ADOPT for COPY would overwrite what it should compare.
        """

    def todo(self) -> Iterator[Step]:
        """What is still to be copied, adopted or replaced: PENDING and retryable FAILED items, oldest first.

        Each step carries the action that was planned, and the evidence of the earlier pass, if there
        is one. Pages are read by key, so that it is safe to record outcomes while iterating.
        """

    def record(self, outcomes: Sequence[Outcome]) -> None:
        """Record a batch of outcomes in one transaction. A ``NotVerified`` makes its item FAILED.

        A ``Verified`` clears that again only if every byte was read for it (``reread``). Neither changes an
        item of which a newer copy than the judged one was recorded meanwhile.
        """

    def senders(self, change: Callable[[Senders], Senders]) -> Senders:
        """Let *change* say anew which runs send, and until when something of theirs may land; what holds now."""

    def evidence(self) -> Iterator[Evidence]:
        """Every COPIED or VERIFIED item, in any order."""

    def copies(self) -> Iterator[Copies]:
        """Every COPIED or VERIFIED item, and those that were found bad since, sorted by key; a page at a time."""

    def confirm(self, copies: Copies) -> None:
        """Record that a listing says of these what it should: those that are COPIED become VERIFIED.

        What proves them stays what it was. An item of which another copy was recorded since the page was read
        stays as it is, unless a listing would say of it what this one said.
        """

    def proofs(self) -> Mapping[Proof, int]:
        """How many of these there are, by what proves them."""

    def recorded(self, states: Iterable[State] = ()) -> Iterator[Recorded]:
        """Every item (in one of *states*, if given), in any order."""

    def tallies(self) -> Mapping[State, Tally]:
        """Files and bytes by state."""
