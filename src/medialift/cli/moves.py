"""Moves as the verbs speak of them: one pair of stores, its row in the ledger, its journal."""

from __future__ import annotations

from dataclasses import dataclass

from medialift import ledger
from medialift.cli.command_line import on
from medialift.cli.ends import place_of
from medialift.errors import LedgerError, RefusedError
from medialift.models import Move
from medialift.move.journal import Journal
from medialift.move.memory_journal import MemoryJournal
from medialift.report.values import MoveStatus, Pair
from medialift.types import StoreIdentity

Identities = tuple[StoreIdentity, StoreIdentity]


@dataclass(frozen=True, slots=True)
class OpenMove:
    """One move of the ledger between ``source`` and ``target``."""

    row: Move
    source: StoreIdentity
    target: StoreIdentity
    journal: Journal

    @property
    def id(self) -> str:
        return self.row.public_id

    @property
    def is_back(self) -> bool:
        return self.row.kind == Move.Kind.BACK


def begin(pair: Pair, *, back_from: OpenMove | None = None) -> OpenMove:
    """The move between these stores, new or continued; *back_from* is the move that it undoes."""
    kind = Move.Kind.BACK if back_from else Move.Kind.MIGRATE
    source, target = pair.source.identity, pair.target.identity
    row = ledger.open_move(kind, [(source, target)], parent=back_from.row if back_from else None)
    return OpenMove(row, source, target, ledger.journal_of(row, source, target))


def known_journal(pair: Pair) -> tuple[Journal, tuple[str, ...]]:
    """What the ledger knows of a move between these stores, without writing; and what a person should know of it."""
    wanted = (pair.source.identity.place, pair.target.identity.place)
    try:
        for move in all_moves():
            if not move.is_back and (move.source.place, move.target.place) == wanted:
                return move.journal, ()
    except LedgerError as error:
        return MemoryJournal(), (f"{error.reason}; before a move: {error.hint}",)
    return MemoryJournal(), ()


def all_moves() -> list[OpenMove]:
    """Every move, newest first."""
    return [move for row in ledger.moves() for move in _pairs(row)]


def find_move(move: str) -> OpenMove:
    """The move of this id. Raises ``RefusedError`` if there is none."""
    return _pairs(ledger.find_move(move))[0]


def find_or_latest(move: str | None) -> OpenMove:
    """The move of this id, or the newest one. Raises ``RefusedError`` if there is none."""
    if move:
        return find_move(move)
    newest = next(iter(all_moves()), None)
    if newest is None:
        raise RefusedError("the ledger holds no move yet", hint=on("plan", "--to", "ALIAS"))
    return newest


def _pairs(row: Move) -> list[OpenMove]:
    found = [(pair.source, pair.target) for pair in ledger.pairs_of(row)]
    return [OpenMove(row, *ends, ledger.journal_of(row, *ends)) for ends in found]


def status_of(move: OpenMove) -> MoveStatus:
    """What the ledger holds of *move*, and what to do next."""
    pair = Pair(place_of(move.source), place_of(move.target))
    row = move.row
    return MoveStatus(move.id, pair, row.started, row.updated, move.journal.tallies(), _next(move, pair))


def _next(move: OpenMove, pair: Pair) -> str:
    if move.row.state == Move.State.FINISHED:
        return "" if move.is_back else on("back", move.id)
    if move.is_back and move.row.parent is not None:
        return on("back", move.row.parent.public_id)
    if pair.source.alias and pair.target.alias:
        return on("migrate", "--from", pair.source.alias, "--to", pair.target.alias)
    return on("verify", move.id)
