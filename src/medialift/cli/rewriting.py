"""``--rewrite``: names that change on the way, checked before anything is written, and the rows that follow."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from medialift import ledger
from medialift.cli.command_line import on
from medialift.cli.moves import OpenMove, known_move
from medialift.doctor.finding import Finding, Rule
from medialift.errors import InvalidKeyError, LedgerError, NotFoundError, RefusedError
from medialift.keys import key_for
from medialift.ledger import ChangeLog
from medialift.move.journal import Journal
from medialift.move.renaming import KINDS, Rules, safely
from medialift.references.fields import FileColumn
from medialift.references.recorded import make
from medialift.references.renamed_rows import changes, has_changed_rows, place_of
from medialift.references.row_keys import key_parts
from medialift.report.values import Pair
from medialift.stores.base import ObjectStore
from medialift.types import Fate, Found, ObjectInfo, Reference, State

Takes = Callable[[Found], Found | None]

TOO_LONG = Rule(
    "medialift.E066",
    "{field} takes {limit} characters, and the new name of {name} has {length}.",
    "Raise the field's max_length and migrate the database first, or choose a rule that makes shorter names.",
)
CLASH = Rule(
    "medialift.E067",
    "Several files would get the name {new}: {one} and {other}.",
    "Choose a rule that keeps them apart.",
)
NO_NAME = Rule(
    "medialift.E068",
    "The rule makes of {name} what no store can hold as a name.",
    "Correct the rule: a name has at least one letter, and leads neither up nor out.",
)
RULES = (TOO_LONG, CLASH, NO_NAME)


def add_rewrite(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rewrite",
        metavar="RULE",
        action="append",
        default=[],
        help=f"change names on the way, and the rows that hold them: {KINDS}; several are applied in order",
    )


@dataclass(frozen=True, slots=True)
class Rewriting:
    """The rules of a move, and what speaks against them in the files that came by."""

    rules: Rules
    limits: Mapping[str, int | None]
    """``max_length`` by field."""
    seen: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def watching(self, takes: Takes | None) -> Takes:
        """*takes*, with an eye on the names that files get."""

        def watch(found: Found) -> Found | None:
            taken = found if takes is None else takes(found)
            if taken is not None and taken.info is not None:
                self._look(taken)
            return taken

        return watch

    def clash(self, new: str, names: Sequence[str]) -> None:
        """Remember that several files would get one name."""
        self.seen.setdefault((CLASH.id, new), CLASH.found(new=new, one=names[0], other=names[1]))

    def findings(self) -> tuple[Finding, ...]:
        return tuple(self.seen.values())

    def refuse(self) -> None:
        """Raise ``RefusedError`` for the first thing that speaks against the rules."""
        if found := self.findings():
            more = f" (and {len(found) - 1} more: see the plan)" if len(found) > 1 else ""
            raise RefusedError(f"{found[0].id}: {found[0].message.rstrip('.')}{more}", hint=found[0].hint)

    def _look(self, found: Found) -> None:
        try:
            new = self.rules(found.name)
        except InvalidKeyError:
            self.seen.setdefault((NO_NAME.id, ""), NO_NAME.found(name=found.name))
            return
        for label in found.rows:
            limit = self.limits.get(label)
            if new != found.name and limit is not None and len(new) > limit:
                told = TOO_LONG.found(field=label, limit=limit, name=found.name, length=len(new))
                self.seen.setdefault((TOO_LONG.id, label), told)


def rules_of(options: argparse.Namespace) -> Rules:
    """The rules that the arguments say. Raises ``RefusedError`` for one that cannot be read."""
    try:
        return Rules(tuple(options.rewrite))
    except ValueError as error:
        raise RefusedError(
            f"--rewrite {error}", hint="python manage.py medialift migrate --help shows examples"
        ) from None


def rewriting_of(rules: Rules, columns: Sequence[FileColumn]) -> Rewriting | None:
    """What is to be watched; ``None`` without any rule.

    Raises ``RefusedError`` for a field that is part of its rows' key: a row that it has renamed could not be found.
    """
    if not rules.texts:
        return None
    for column in columns:
        if column.field in key_parts(column.model):
            raise RefusedError(
                f"--rewrite cannot change {column.label}: it is part of the primary key of its rows",
                hint="Move without --rewrite, or choose the other models with --model.",
            )
    return Rewriting(rules, {column.label: column.field.max_length for column in columns})


def log_of(pairs: Sequence[Pair], rules: Rules) -> ChangeLog | None:
    """The log of the rows that an earlier run of this move has changed; ``None`` if there are none.

    Raises ``RefusedError`` if that run had other rules: its rows would be taken for others.
    """
    try:
        move = known_move(pairs)
        log = None if move is None else ledger.changes_of(move.row)
        if move is None or log is None or not has_changed_rows(log):
            return None
    except LedgerError:
        return None  # no move without a ledger: whoever begins one hears of it
    before = tuple(move.row.options.get("rewrite", ()))
    if before != rules.texts:
        said = " ".join(f"--rewrite {text}" for text in before)
        raise RefusedError(
            f"the move {move.id} has changed rows by other rules: {said}",
            hint=f"Give the same rules again, or undo it first: {on('back', move.id)}",
        )
    return log


@dataclass(frozen=True, slots=True)
class Pending:
    """One pair of stores whose files are all proved: which of their rows are to hold which names."""

    rules: Rules
    journal: Journal
    target: ObjectStore
    takes: Takes | None
    stays: frozenset[str]
    """Fields whose rows the target serves already."""

    def new_names(self, rows: Sequence[Reference]) -> list[str | None]:
        places = [place_of(row) for row in rows]
        known = self.journal.evidence_for(list(dict.fromkeys(places)))
        return [self._new_name(row, place, known.get(place)) for row, place in zip(rows, places, strict=True)]

    def _new_name(self, row: Reference, place: str, evidence: object) -> str | None:
        state, key = getattr(evidence, "state", None), getattr(evidence, "key", "")
        new = safely(self.rules)(place)
        if state is not State.VERIFIED or new == place or key != key_for(new, self.target.traits.key_rules):
            return None
        here = Found(place, ObjectInfo(key, 0), {row.field: 1})
        if self.takes is not None and self.takes(here) is None:
            return None
        return None if row.field in self.stays and self._serves(place) else new

    def _serves(self, name: str) -> bool:
        """Whether the target has a file of the old name: then it came after the switch, and the row means that one."""
        try:
            self.target.head(key_for(name, self.target.traits.key_rules))
        except NotFoundError:
            return False
        return True


def change_rows(
    move: OpenMove,
    pending: Sequence[Pending],
    references: Callable[[], Iterator[Reference]],
    columns: Sequence[FileColumn],
) -> tuple[int, int]:
    """Change what is to be changed, and finish what a killed run began.

    How many rows hold new names now, and how many were left because somebody else had changed them.
    """
    log = ledger.changes_of(move.row)
    for pair in pending:
        for _ in make(changes(references(), log, pair.new_names), log, columns):
            pass
    tallies = log.tallies()
    return tallies.get(Fate.MADE, 0), tallies.get(Fate.OVERTAKEN, 0)
