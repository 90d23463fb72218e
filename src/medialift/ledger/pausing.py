"""A move that is held by a word in the ledger, which every machine reads that works on it."""

from __future__ import annotations

from django.db import transaction

from medialift.ledger.database import ledger_database, persistently
from medialift.models import Move

PAUSED = "paused"
"""Among the options of a move; there only while it is held."""


def set_paused(move: Move, *, paused: bool) -> None:
    """Hold *move*, or let it go on. Raises :class:`~medialift.errors.LedgerError`."""
    alias = ledger_database()
    persistently(alias, lambda: _set(alias, move, paused=paused))


def is_paused(alias: str, move: int) -> bool:
    """Whether the move of this number (its primary key) is held; one query."""
    options = persistently(alias, lambda: Move.objects.using(alias).values_list("options", flat=True).get(pk=move))
    return PAUSED in options


def _set(alias: str, move: Move, *, paused: bool) -> None:
    with transaction.atomic(using=alias):
        row = Move.objects.using(alias).select_for_update().get(pk=move.pk)
        others = {name: value for name, value in row.options.items() if name != PAUSED}
        row.options = {**others, PAUSED: True} if paused else others
        row.save(using=alias, update_fields=["options"])
    move.options = row.options
