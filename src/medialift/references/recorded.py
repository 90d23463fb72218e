"""Changing names in rows so that a kill at any moment loses nothing: written down first, then made, then ticked off.

The log and the rows may lie in different databases, so no transaction spans both. What makes up for
it: a change is made by compare-and-set, which is harmless twice, and whoever finds one that was
written down and not ticked off looks at its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from medialift.errors import RefusedError
from medialift.ledger.changes import PAGE, ChangeLog, Entry
from medialift.references.fields import FileColumn
from medialift.references.rewrite import holds, rewrite
from medialift.references.row_keys import is_readable
from medialift.types import Change, Fate

Became = tuple[Change, Fate]


def make(
    changes: Iterable[Change], log: ChangeLog, columns: Iterable[FileColumn], *, using: str | None = None
) -> Iterator[Became]:
    """Make *changes* in the rows and yield what became of each (MADE or OVERTAKEN), as the iterator is consumed.

    What an earlier run had written down and not ticked off is finished first, and yielded as well; what
    it could not make because of the row's key is given up (UNDONE), for *changes* to bring it again.
    *columns* are those of all changes; the rows are written in the database *using*, or in the one
    that the routers name for writing. Raises ``RefusedError``, before anything is changed, for a
    field of the log that is in none of *columns*.
    """
    by_label = _by_label(columns, log)
    yield from _finish(log, by_label, using)
    rest = iter(changes)
    while page := list(islice(rest, PAGE)):
        log.intend(page)
        yield from _finish(log, by_label, using)


def undo(log: ChangeLog, columns: Iterable[FileColumn], *, using: str | None = None) -> Iterator[Became]:
    """Undo what the log holds, newest first, and yield what became of each (UNDONE or KEPT); as :func:`make`."""
    by_label = _by_label(columns, log)
    for page in log.backwards():
        yield from _ticked_off(log, page, by_label, partial(_undone, using=using))


def _by_label(columns: Iterable[FileColumn], log: ChangeLog) -> dict[str, FileColumn]:
    by_label = {column.label: column for column in columns}
    for label in log.fields():
        if label not in by_label:
            raise RefusedError(
                f"the ledger tells of changes in {label}, and the site has no such file field",
                hint="Bring the model back, or run this with the version of the site that had it.",
            )
    return by_label


def _finish(log: ChangeLog, columns: Mapping[str, FileColumn], using: str | None) -> Iterator[Became]:
    for page in log.intended():
        yield from _ticked_off(log, page, columns, partial(_made, using=using))


def _ticked_off(
    log: ChangeLog, page: Sequence[Entry], columns: Mapping[str, FileColumn], work: Callable[[FileColumn, Change], Fate]
) -> Iterator[Became]:
    became = [(number, change, _became(columns[change.field], change, work)) for number, change in page]
    log.settle({number: fate for number, _, fate in became})
    yield from ((change, fate) for _, change, fate in became)


def _became(column: FileColumn, change: Change, work: Callable[[FileColumn, Change], Fate]) -> Fate:
    # An earlier version wrote a change down under a key that it could not read, and failed there: it was never made.
    return work(column, change) if is_readable(column.model, change.pk) else Fate.UNDONE


def _made(column: FileColumn, change: Change, *, using: str | None) -> Fate:
    return Fate.MADE if _set(column, change, using) else Fate.OVERTAKEN


def _undone(column: FileColumn, change: Change, *, using: str | None) -> Fate:
    return Fate.UNDONE if _set(column, change.reversed(), using) else Fate.KEPT


def _set(column: FileColumn, change: Change, using: str | None) -> bool:
    """Whether the row holds the new name now: because it was just set, or because a killed run had set it."""
    if any(rewrite(column, [change], using=using)):
        return True
    return holds(column, change.pk, change.new, using=using)
