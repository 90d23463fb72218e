"""Moves as the verbs speak of them: one pair of stores, its row in the ledger, its journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from medialift import ledger
from medialift.cli.command_line import on
from medialift.cli.ends import place_of
from medialift.errors import LedgerError, RefusedError
from medialift.models import Move
from medialift.move.journal import Journal, Tally
from medialift.move.memory_journal import MemoryJournal
from medialift.report.values import MoveStatus, Pair, Problem
from medialift.types import State, StoreIdentity

TROUBLE = (State.CONFLICT, State.UNREADABLE, State.NAME_INVALID_AT_TARGET, State.FAILED)
"""States that a person has to look at; what was missing before the move is a fact, not a problem."""


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


def trouble_in(states: Mapping[State, Tally]) -> int:
    """How many files a person has to look at."""
    return sum(tally.files for state, tally in states.items() if state in TROUBLE)


def list_problems(move: OpenMove) -> Iterator[Problem]:
    """Every file of the move that a person has to look at."""
    for recorded in move.journal.recorded(TROUBLE):
        yield Problem(recorded.item.name, recorded.state, recorded.reason, recorded.item.rows)


def status_of(move: OpenMove) -> MoveStatus:
    """What the ledger holds of *move*, and what to do next."""
    pair, states = Pair(place_of(move.source), place_of(move.target)), move.journal.tallies()
    return MoveStatus(move.id, pair, move.row.started, move.row.updated, states, _next(move, pair, states))


def _next(move: OpenMove, pair: Pair, states: Mapping[State, Tally]) -> str:
    is_done = move.row.state == Move.State.FINISHED and not trouble_in(states)
    if move.is_back:
        return "" if is_done or move.row.parent is None else on("back", move.row.parent.public_id)
    if is_done:
        return on("back", move.id)
    if pair.source.alias and pair.target.alias:
        return on("migrate", "--from", pair.source.alias, "--to", pair.target.alias)
    return on("verify", move.id)
