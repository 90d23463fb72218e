"""Moves: begun, found again, finished."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from medialift.errors import LedgerError, RefusedError
from medialift.ledger.database import ledger_database, persistently
from medialift.ledger.journal import DatabaseJournal
from medialift.ledger.pausing import PAUSED
from medialift.models import Move, StorePair
from medialift.types import StoreIdentity

Pair = tuple[StoreIdentity, StoreIdentity]

ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
"""What cannot be misread or misheard: no 0 and o, no 1, i and l; no u, which reads as v."""
ID_LENGTH = 6
RACES = 10
"""How often a move is opened anew when another process has opened it in the same moment."""


def open_move(
    kind: Move.Kind, pairs: Sequence[Pair], *, parent: Move | None = None, options: Mapping[str, Any] | None = None
) -> Move:
    """The open move of this kind between these stores (source, target): a new one, or the earlier one again.

    A move that has any of the pairs is continued, also a finished one, and gets those that it
    lacks. Several processes that open the same move at once get the same one.
    """
    alias = ledger_database()
    return persistently(alias, lambda: _open(alias, kind, pairs, parent, dict(options or {})))


def find_move(public_id: str) -> Move:
    """The move of this id. Raises :class:`~medialift.errors.RefusedError` if there is none."""
    known = {move.public_id: move for move in moves()}
    if public_id in known:
        return known[public_id]
    near = get_close_matches(public_id, known, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "python manage.py medialift status lists all moves"
    raise RefusedError(f"there is no move {public_id!r}", hint=hint)


def moves() -> list[Move]:
    """Every move, newest first."""
    alias = ledger_database()
    return persistently(alias, lambda: list(Move.objects.using(alias).order_by("-pk")))


def pairs_of(move: Move) -> list[StorePair]:
    """The pairs of stores of *move*, in the order in which they were added."""
    alias = ledger_database()
    return persistently(alias, lambda: list(_pairs(alias, move)))


def _pairs(alias: str, move: Move) -> QuerySet[StorePair]:
    return StorePair.objects.using(alias).filter(move_id=move.pk).select_related("move").order_by("pk")


def journal_of(move: Move, source: StoreIdentity, target: StoreIdentity) -> DatabaseJournal:
    """The journal of one pair of *move*. Raises :class:`~medialift.errors.LedgerError` if it has no such pair."""
    for pair in pairs_of(move):
        if (pair.source.place, pair.target.place) == (source.place, target.place):
            return DatabaseJournal(pair, using=ledger_database())
    raise LedgerError(f"the move {move.public_id} does not go from {source} to {target}")


def finish(move: Move, counts: Mapping[str, Any]) -> None:
    """Record that nothing is left to do, and what *counts* (JSON-ready) it came to."""
    alias, now = ledger_database(), timezone.now()
    move.state, move.counts, move.updated, move.finished = Move.State.FINISHED, dict(counts), now, now
    persistently(alias, lambda: move.save(using=alias, update_fields=["state", "counts", "updated", "finished"]))


def _open(alias: str, kind: Move.Kind, pairs: Sequence[Pair], parent: Move | None, options: dict[str, Any]) -> Move:
    wanted = {_digest(kind, parent, pair): pair for pair in pairs}
    for _ in range(RACES):
        try:
            with transaction.atomic(using=alias):
                return _continued(alias, wanted, options) or _begun(alias, kind, parent, wanted, options)
        except IntegrityError:
            continue  # another process was first, or the dice gave an id twice
    raise LedgerError("the move could not be opened: other processes keep opening the same one")


def _with_any(alias: str, digests: Sequence[bytes]) -> Move | None:
    return Move.objects.using(alias).filter(pairs__digest__in=digests).order_by("-pk").first()


def _continued(alias: str, wanted: Mapping[bytes, Pair], options: dict[str, Any]) -> Move | None:
    move = _with_any(alias, list(wanted))
    if move is None:
        return None
    known = StorePair.objects.using(alias).filter(digest__in=list(wanted))
    known.update(move=move)  # a pair of an older move comes along, with all that is known of its items
    held = {name: value for name, value in move.options.items() if name == PAUSED}
    move.state, move.finished, move.updated = Move.State.OPEN, None, timezone.now()
    move.options = {**options, **held}
    move.save(using=alias)
    there = {bytes(digest) for digest in known.values_list("digest", flat=True)}
    _add_pairs(alias, move, {digest: pair for digest, pair in wanted.items() if digest not in there})
    return move


def _begun(
    alias: str, kind: Move.Kind, parent: Move | None, wanted: Mapping[bytes, Pair], options: dict[str, Any]
) -> Move:
    public_id = "".join(secrets.choice(ALPHABET) for _ in range(ID_LENGTH))
    now = timezone.now()
    move = Move(public_id=public_id, kind=kind, parent=parent, started=now, updated=now, options=options)
    move.save(using=alias)
    _add_pairs(alias, move, wanted)
    return move


def _add_pairs(alias: str, move: Move, pairs: Mapping[bytes, Pair]) -> None:
    for digest, (source, target) in pairs.items():
        StorePair.objects.using(alias).create(
            move_id=move.pk,
            digest=digest,
            source_identity=asdict(source),
            target_identity=asdict(target),
            updated=move.updated,
        )


def _digest(kind: Move.Kind, parent: Move | None, pair: Pair) -> bytes:
    source, target = pair
    subject = [str(kind), parent.pk if parent else None, source.place, target.place]
    return hashlib.blake2b(json.dumps(subject).encode(), digest_size=20).digest()
