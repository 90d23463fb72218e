"""When a site was switched to the target of a move, and how its checks have ended since."""

from __future__ import annotations

from datetime import datetime

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import F
from django.utils import timezone

from medialift.ledger.database import explained, ledger_database, persistently
from medialift.models import Move, StorePair, Switch


def record_check(move: Move, *, passed: bool, now: datetime | None = None) -> Switch:
    """The site works at the target of *move*, and one check of it has ended: the first one dates the switch.

    A switch that had ended begins anew. Several processes may check at once, and each of them counts.
    """
    alias, now = ledger_database(), now or timezone.now()
    return persistently(alias, lambda: _recorded(alias, move, passed, now))


def count_look(place: str, *, passed: bool, now: datetime | None = None) -> None:
    """Count a check of *place* to every switch to it that is in force; it begins none. Tried once.

    Raises :class:`~medialift.errors.LedgerError`.
    """
    alias, now = ledger_database(), now or timezone.now()
    counted = {"passed": F("passed") + 1} if passed else {"failed": F("failed") + 1}
    try:
        with transaction.atomic(using=alias):
            open_ones = Switch.objects.using(alias).filter(ended=None)
            pairs = StorePair.objects.using(alias).filter(move__in=open_ones.values("move"))
            moves = {pair.move_id for pair in pairs if pair.target.place == place}
            if moves:
                open_ones.filter(move_id__in=moves).update(checked=now, **counted)
    except (DatabaseError, InterfaceError) as error:
        raise explained(alias, error) from error


def record_return(move: Move, *, now: datetime | None = None) -> None:
    """The site works at the source of *move* again."""
    alias = ledger_database()
    open_one = Switch.objects.using(alias).filter(move_id=move.pk, ended=None)
    persistently(alias, lambda: open_one.update(ended=now or timezone.now()))


def switch_of(move: Move) -> Switch | None:
    """The switch to the target of *move* that is in force, if any."""
    alias = ledger_database()
    return persistently(alias, lambda: Switch.objects.using(alias).filter(move_id=move.pk, ended=None).first())


def _recorded(alias: str, move: Move, passed: bool, now: datetime) -> Switch:
    table = Switch.objects.using(alias).filter(move_id=move.pk)
    with transaction.atomic(using=alias):
        Switch.objects.using(alias).get_or_create(move_id=move.pk, defaults={"at": now})
        table.exclude(ended=None).update(at=now, ended=None, passed=0, failed=0)
        count = {"passed": F("passed") + 1} if passed else {"failed": F("failed") + 1}
        table.update(checked=now, **count)
        return table.get()
