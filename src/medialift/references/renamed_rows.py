"""Rows whose names a move changes: which are to be changed, and what those held that it has changed already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from operator import itemgetter

from medialift.errors import InvalidKeyError
from medialift.keys import clean_name
from medialift.ledger.changes import ChangeLog
from medialift.move.ordered import joined
from medialift.move.spool import Record, spooled
from medialift.types import Change, Fate, Reference

PAGE = 1000

NewNames = Callable[[Sequence[Reference]], Sequence[str | None]]
"""The name that each row of a page is to hold; ``None`` where it is to stay."""

_first = itemgetter(0)


def has_changed_rows(log: ChangeLog) -> bool:
    """Whether any row holds, or may hold, a name that the move gave it."""
    tallies = log.tallies()
    return bool(tallies.get(Fate.MADE) or tallies.get(Fate.INTENDED))


def as_before(references: Iterable[Reference], log: ChangeLog) -> Iterator[Reference]:
    """*references* under the names that the rows held before the move of *log* changed them; memory is bounded."""
    return (reference if old is None else reference._replace(name=old) for reference, old in _beside(references, log))


def changes(references: Iterable[Reference], log: ChangeLog, new_names: NewNames) -> Iterator[Change]:
    """The change of each row that the move has not changed yet."""
    rest = (reference for reference, old in _beside(references, log) if old is None)
    while page := list(islice(rest, PAGE)):
        for reference, new in zip(page, new_names(page), strict=True):
            if new is not None and new != reference.name:
                yield Change(reference.field, reference.pk, reference.name, new)


def place_of(reference: Reference) -> str:
    """What the row's name means as a place in a store."""
    try:
        return clean_name(reference.name)
    except InvalidKeyError:
        return reference.name


def _beside(references: Iterable[Reference], log: ChangeLog) -> Iterator[tuple[Reference, str | None]]:
    """Each row, and the name that it held before, if it holds what the log says that it was given."""
    if not has_changed_rows(log):
        yield from ((reference, None) for reference in references)
        return
    made = spooled((_row(change.field, change.pk), change.old, change.new) for change in _logged(log))
    rows = spooled((_row(row.field, row.pk), row.name, row.field, row.pk) for row in references)
    for _, row, given in joined(((record[0], record) for record in rows), _grouped(made)):
        if row is not None:
            _, name, field, pk = row
            yield Reference(name, field, pk), (given or {}).get(name)


def _logged(log: ChangeLog) -> Iterator[Change]:
    return (change for page in log.backwards() for _, change in page)


def _grouped(made: Iterable[Record]) -> Iterator[tuple[str, dict[str, str]]]:
    """By row, from the name that it was given to the one that it had."""
    for row, records in groupby(made, key=_first):
        yield row, {new: old for _, old, new in records}


def _row(field: str, pk: str) -> str:
    return f"{field}\0{pk}"
