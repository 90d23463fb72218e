"""The flag that freezes uploads: one row that every process of the site sees, on whatever machine it runs.

A row and no file, because the processes of one site often share nothing but their database; and no cache,
because Django's default one is each process's own.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from medialift.ledger.database import ledger_database, persistently
from medialift.models import Freeze

ROW = 1


@dataclass(frozen=True, slots=True)
class Frozen:
    """Uploads are frozen. ``retry_after`` is how long that is expected to last in all, in seconds."""

    since: datetime
    retry_after: int
    reason: str = ""

    def rest(self, now: datetime) -> int:
        """The seconds that are left of what was expected; at least one, as nobody knows when it is over."""
        return max(1, round(self.retry_after - (now - self.since).total_seconds()))


def freeze(*, retry_after: int, reason: str = "") -> Frozen:
    """Freeze uploads; where they are frozen already, the wishes of this call replace the earlier ones."""
    alias = ledger_database()
    return persistently(alias, lambda: _frozen(alias, {"retry_after": retry_after, "reason": reason}))


def thaw() -> bool:
    """Whether uploads were frozen until now."""
    alias = ledger_database()
    found = Freeze.objects.using(alias).filter(id=ROW)
    return persistently(alias, lambda: found.delete()[0] > 0)


def frozen() -> Frozen | None:
    """What is in force now. Raises :class:`~medialift.errors.LedgerError`."""
    alias = ledger_database()
    return persistently(alias, lambda: _read(alias))


def glance() -> Frozen | None:
    """The same in one attempt, for whoever serves a visitor. Raises the database's own errors."""
    return _read(ledger_database())


def _frozen(alias: str, wishes: dict[str, Any]) -> Frozen:
    table = Freeze.objects.using(alias)
    with transaction.atomic(using=alias):
        row, made = table.get_or_create(id=ROW, defaults={**wishes, "since": timezone.now()})
        if not made:
            table.filter(id=ROW).update(**wishes)
    return Frozen(row.since, **wishes)


def _read(alias: str) -> Frozen | None:
    with _untouched(alias):
        row = Freeze.objects.using(alias).filter(id=ROW).first()
    return Frozen(row.since, row.retry_after, row.reason) if row else None


def _untouched(alias: str) -> AbstractContextManager[Any]:
    """A query that fails must not spoil the transaction of whoever asks."""
    return transaction.atomic(using=alias) if connections[alias].in_atomic_block else nullcontext()
