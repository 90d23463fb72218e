"""What a plan comes to: every count that a person wants before saying yes, in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from medialift.move.journal import Tally
from medialift.types import Action, State, Step

EXAMPLES = 20
"""How many examples of each kind of trouble are kept; the counts are always complete."""

NOTHING = Tally()
WITHOUT_A_PLACE = (Action.MISSING, Action.INVALID_NAME, Action.OUT_OF_REACH, Action.VANISHED, Action.LEAVE)
"""What has no file to give a name to, or gets none."""
TAKEN = (Action.COPY, Action.REPLACE, Action.ADOPT, Action.DONE, Action.CONFLICT)
TRANSFERS = (Action.COPY, Action.REPLACE)


@dataclass(slots=True)
class FieldCount:
    """One model field. A file that several fields name counts in each of them."""

    rows: int = 0
    files: int = 0
    bytes: int = 0
    missing_rows: int = 0
    missing_files: int = 0
    out_of_reach_rows: int = 0
    vanished_rows: int = 0
    shared: int = 0
    """Files that more than one row names, here or in another field."""
    empty: int = 0
    """Files of 0 bytes."""


@dataclass(slots=True)
class Examples:
    """A count with its first few examples."""

    count: int = 0
    first: list[Step] = field(default_factory=list)

    def add(self, step: Step) -> None:
        self.count += 1
        if len(self.first) < EXAMPLES:
            self.first.append(step)


@dataclass(slots=True)
class Collisions:
    """Groups of names that become one where case and Unicode form are ignored."""

    count: int = 0
    first: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, group: tuple[str, ...]) -> None:
        self.count += 1
        if len(self.first) < EXAMPLES:
            self.first.append(group)


@dataclass(slots=True)
class Names:
    """A count of names or keys with the first few."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        self.count += 1
        if len(self.first) < EXAMPLES:
            self.first.append(name)

    def extend(self, other: Names) -> None:
        """Count all that *other* has counted."""
        self.count += other.count
        self.first += other.first[: EXAMPLES - len(self.first)]


@dataclass(slots=True)
class WayBack:
    """Whether everything could return to the source; each reason that closes it, with an example."""

    reasons: dict[str, str] = field(default_factory=dict)

    def close(self, reason: str, example: str) -> None:
        self.reasons.setdefault(reason, example)

    @property
    def is_open(self) -> bool:
        return not self.reasons


@dataclass(slots=True)
class Summary:
    """Accumulates the steps of one plan.

    ``actions`` counts every step by what is to be done; ``fields`` the referenced files by model
    field; ``unreferenced`` the files that no row names. ``source_objects`` and ``target_objects``
    are what the two listings held.
    """

    fields: dict[str, FieldCount] = field(default_factory=dict)
    actions: dict[Action, Tally] = field(default_factory=dict)
    unreferenced: Tally = NOTHING
    left_out: Tally = NOTHING
    """Unreferenced files that were not asked for."""
    conflicts: Examples = field(default_factory=Examples)
    missing: Examples = field(default_factory=Examples)
    out_of_reach: Examples = field(default_factory=Examples)
    """Files that the site can read and the source leaves out."""
    vanished: Examples = field(default_factory=Examples)
    """Files that an earlier run has seen, and that rows still name."""
    deleted: Examples = field(default_factory=Examples)
    """Files that an earlier run was to move, and that are gone with their rows."""
    accepted: Examples = field(default_factory=Examples)
    """Files that somebody has decided not to move."""
    invalid: Examples = field(default_factory=Examples)
    escaped: Examples = field(default_factory=Examples)
    collisions: Collisions = field(default_factory=Collisions)
    foreign: Names = field(default_factory=Names)
    """Keys of the source that no name makes: somebody else's objects, which a move leaves alone."""
    way_back: WayBack = field(default_factory=WayBack)
    source_objects: int = 0
    target_objects: int = 0
    seen: Tally = NOTHING
    """Verified by an earlier run, and in this plan's listing of the target still the same object."""
    parts: int = 0
    """Requests for the parts of large objects, on top of one per object."""
    rename: Callable[[str], str] | None = None
    """What the plan makes of names."""
    renamed: Examples = field(default_factory=Examples)
    """Files that have another name at the target."""
    clashes: Names = field(default_factory=Names)
    """Files that would get a name which another one gets too: they have no step."""
    refused: dict[str, Names] = field(default_factory=dict)
    """Files that the target would not take, by the reason."""
    doubted: dict[str, Names] = field(default_factory=dict)
    """Files that it may not take, by what cannot be seen from here."""
    stopped: bool = False
    """The plan was stopped before its end: every count is too small."""

    def add(self, step: Step) -> None:
        """Count one step."""
        action, item = step.action, step.item
        self.actions[action] = self.actions.get(action, Tally()) + Tally(1, item.size)
        if action is Action.DELETED:
            self.deleted.add(step)
            return
        if action is Action.DONE and step.target is not None and step.evidence is not None:
            self.seen += Tally(1, item.size) if step.evidence.state is State.VERIFIED else NOTHING
        if action is Action.CONFLICT:
            self.conflicts.add(step)
        elif action is Action.MISSING:
            self.missing.add(step)
        elif action is Action.OUT_OF_REACH:
            self.out_of_reach.add(step)
        elif action is Action.VANISHED:
            self.vanished.add(step)
        elif action is Action.LEAVE:
            self.accepted.add(step)
        elif action is Action.INVALID_NAME:
            self.invalid.add(step)
        new = item.name if self.rename is None else self.rename(item.name)
        if new != item.name and action not in WITHOUT_A_PLACE:
            self.renamed.add(step)
        if item.key not in (item.name, new) and action not in (Action.INVALID_NAME, Action.OUT_OF_REACH):
            self.escaped.add(step)
        if item.rows:
            self._add_rows(step)
        else:
            self.unreferenced += Tally(1, item.size)

    def add_all(self, steps: Iterable[Step]) -> None:
        """Count a page of steps; the new ones among them, nearly all in a first plan, together."""
        sizes: dict[int, list[int]] = {}
        rows: dict[int, Mapping[str, int]] = {}
        for step in steps:
            item = step.item
            if step.action is Action.COPY and item.key == item.name and self.rename is None:
                place = id(item.rows)  # files with one row in one field share theirs, as long as there are steps
                if place not in sizes:
                    sizes[place], rows[place] = [], item.rows
                sizes[place].append(item.size)
            else:
                self.add(step)
        for place, some in sizes.items():
            self._add_new(rows[place], some)

    def _add_new(self, rows: Mapping[str, int], sizes: Sequence[int]) -> None:
        amount = Tally(len(sizes), sum(sizes))
        self.actions[Action.COPY] = self.actions.get(Action.COPY, NOTHING) + amount
        if not rows:
            self.unreferenced += amount
        is_shared = sum(rows.values()) > 1
        for name, number in rows.items():
            count = self.fields.setdefault(name, FieldCount())
            count.rows += number * amount.files
            count.shared += is_shared * amount.files
            count.files += amount.files
            count.bytes += amount.bytes
            count.empty += sizes.count(0)

    def clash(self, new: str, name: str) -> None:
        """Count a file whose new name is taken."""
        self.clashes.add(f"{name} → {new}")

    def judge(self, step: Step, refusal: str, doubt: str) -> None:
        """Count what speaks against a file that is to be sent; empty where nothing does."""
        for reason, counts in ((refusal, self.refused), ("" if refusal else doubt, self.doubted)):
            if reason:
                counts.setdefault(reason, Names()).add(step.item.name)

    def _add_rows(self, step: Step) -> None:
        item, action = step.item, step.action
        shared = sum(item.rows.values()) > 1
        for name, rows in item.rows.items():
            count = self.fields.get(name)
            if count is None:
                count = self.fields[name] = FieldCount()
            count.rows += rows
            count.shared += shared
            if action is Action.OUT_OF_REACH:
                count.out_of_reach_rows += rows
            elif action is Action.VANISHED:
                count.vanished_rows += rows
            elif action is Action.MISSING:
                count.missing_rows += rows
                count.missing_files += 1
            else:
                count.files += 1
                count.bytes += item.size
                count.empty += not item.size

    @property
    def to_copy(self) -> Tally:
        """What has to be sent."""
        return sum((self.actions.get(action, Tally()) for action in TRANSFERS), Tally())

    @property
    def there(self) -> Tally:
        """What the target already holds, proved by this plan or by an earlier pass."""
        return self.actions.get(Action.ADOPT, Tally()) + self.actions.get(Action.DONE, Tally())

    @property
    def taken(self) -> Tally:
        """The files that the move is about, whatever is to be done with each."""
        return sum((self.actions.get(action, Tally()) for action in TAKEN), Tally())

    @property
    def to_do(self) -> Tally:
        """What a move would work on: everything to be sent or adopted."""
        return self.to_copy + self.actions.get(Action.ADOPT, Tally())
