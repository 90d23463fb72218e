"""The changes of rows that a move makes: each is written down before it is made, and read backwards to undo it.

A log that only grows. Whoever was killed between writing down and making leaves changes that are
INTENDED: the next run looks at their rows and finishes them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from django.db import transaction
from django.db.models import Count, QuerySet

from medialift.ledger.codec import decoded, encoded
from medialift.ledger.database import ledger_database, persistently
from medialift.ledger.labels import FieldNumbers
from medialift.models import Move, RowChange
from medialift.types import Change, Fate

PAGE = 500

Entry = tuple[int, Change]
"""A change, and its number in the log."""


def changes_of(move: Move) -> ChangeLog:
    """The log of the changes that *move* makes."""
    return ChangeLog(move, using=ledger_database())


class ChangeLog:
    """The changes of one move. Every method may raise :class:`~medialift.errors.LedgerError`.

    Every call is one short transaction, safe to repeat; memory holds one page.
    """

    def __init__(self, move: Move, *, using: str) -> None:
        self._move, self._using = move.pk, using
        self._numbers = FieldNumbers(using)

    def intend(self, changes: Sequence[Change]) -> None:
        """Write down what is about to be made; at most a page at a time."""
        if changes:
            persistently(self._using, partial(self._intend, changes))

    def settle(self, fates: Mapping[int, Fate]) -> None:
        """Write down what became of changes, by their numbers."""
        if fates:
            persistently(self._using, partial(self._settle, fates))

    def intended(self) -> Iterator[list[Entry]]:
        """Pages of what is written down and not known to be made, oldest first."""
        last = 0
        while page := self._page(self._rows(Fate.INTENDED).filter(pk__gt=last).order_by("pk")):
            last = page[-1][0]
            yield page

    def backwards(self) -> Iterator[list[Entry]]:
        """Pages of what was made, or may have been, newest first."""
        rows = self._rows(Fate.INTENDED, Fate.MADE).order_by("-pk")
        page = self._page(rows)
        while page:
            yield page
            page = self._page(rows.filter(pk__lt=page[-1][0]))

    def fields(self) -> list[str]:
        """The fields (``app_label.Model.field``) of everything that :meth:`backwards` gives."""
        rows = self._rows(Fate.INTENDED, Fate.MADE)
        labels = rows.order_by("field__label").values_list("field__label", flat=True).distinct()
        return persistently(self._using, lambda: list(labels))

    def tallies(self) -> dict[Fate, int]:
        """How many changes ended in which way."""
        counted = self._rows().values("state").annotate(count=Count("pk")).order_by("state")
        found = persistently(self._using, lambda: list(counted))
        return {Fate(row["state"]): row["count"] for row in found}

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _rows(self, *fates: Fate) -> QuerySet[RowChange]:
        rows = RowChange.objects.using(self._using).filter(move_id=self._move)
        return rows.filter(state__in=fates) if fates else rows

    def _page(self, rows: QuerySet[RowChange]) -> list[Entry]:
        wanted = rows.values_list("pk", "field__label", "row", "old", "new")[:PAGE]
        found = persistently(self._using, lambda: list(wanted))
        return [(pk, Change(label, decoded(row), decoded(old), decoded(new))) for pk, label, row, old, new in found]

    def _intend(self, changes: Sequence[Change]) -> None:
        now = int(time.time())
        with transaction.atomic(using=self._using):
            self._numbers.forget()  # what was learnt in a transaction that failed is not there
            self._numbers.learn(change.field for change in changes)
            RowChange.objects.using(self._using).bulk_create(
                RowChange(
                    updated=now,
                    move_id=self._move,
                    field_id=self._numbers.number(change.field),
                    state=Fate.INTENDED,
                    row=encoded(change.pk),
                    old=encoded(change.old),
                    new=encoded(change.new),
                )
                for change in changes
            )

    def _settle(self, fates: Mapping[int, Fate]) -> None:
        with transaction.atomic(using=self._using):
            for fate in Fate:
                numbers = [number for number, became in fates.items() if became is fate]
                if numbers:
                    self._rows().filter(pk__in=numbers).update(state=fate, updated=int(time.time()))
