"""Moves as the verbs speak of them: a row of the ledger, its pairs of stores, and the journal of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.utils import timezone

from medialift import ledger
from medialift.cli.command_line import on
from medialift.cli.ends import place_of
from medialift.conf import keep_originals_days
from medialift.errors import LedgerError, RefusedError
from medialift.ledger import switches
from medialift.ledger.pausing import PAUSED
from medialift.ledger.shards import Shards
from medialift.models import Move
from medialift.move.certificate import SETTLED
from medialift.move.decisions import DECIDED
from medialift.move.entry import PROVED, TROUBLE
from medialift.move.journal import Journal, Tally
from medialift.move.memory_journal import MemoryJournal
from medialift.move.results import summed
from medialift.report.json_parts import state_name
from medialift.report.values import MoveStatus, Pair, Problem, Switched, WorkerStatus
from medialift.types import State, StoreIdentity


@dataclass(frozen=True, slots=True)
class OpenPair:
    """One pair of stores of a move, and its journal."""

    source: StoreIdentity
    target: StoreIdentity
    journal: Journal


@dataclass(frozen=True, slots=True)
class OpenMove:
    """One move of the ledger, and its pairs of stores (or those of them that a verb works on)."""

    row: Move
    pairs: tuple[OpenPair, ...]

    @property
    def id(self) -> str:
        return self.row.public_id

    @property
    def is_back(self) -> bool:
        return self.row.kind == Move.Kind.BACK

    def tallies(self) -> dict[State, Tally]:
        """Files and bytes by state, over all pairs."""
        return summed(pair.journal.tallies() for pair in self.pairs)

    def named_pairs(self) -> tuple[Pair, ...]:
        """The pairs, with the aliases that name their stores today."""
        return tuple(Pair(place_of(pair.source), place_of(pair.target)) for pair in self.pairs)


def begin(*pairs: Pair, back_from: OpenMove | None = None, rewrite: Sequence[str] = ()) -> OpenMove:
    """The move between these pairs of stores, new or continued; *back_from* is the move that it undoes.

    Its ``pairs`` are those that were asked for, in this order; the ledger's move may have more.
    """
    kind = Move.Kind.BACK if back_from else Move.Kind.MIGRATE
    wanted = [(pair.source.identity, pair.target.identity) for pair in pairs]
    options = {"rewrite": list(rewrite)} if rewrite else None
    row = ledger.open_move(kind, wanted, parent=back_from.row if back_from else None, options=options)
    return OpenMove(row, tuple(OpenPair(*ends, ledger.journal_of(row, *ends)) for ends in wanted))


def finish(move: OpenMove) -> None:
    """Tell the ledger that nothing is left to do, if that holds for every pair that it knows of the move."""
    states = _opened(move.row).tallies()
    if not any(tally.files for state, tally in states.items() if state not in SETTLED):
        ledger.finish(move.row, {"states": {state_name(state): asdict(tally) for state, tally in states.items()}})


def known_journal(pair: Pair, *, back_from: OpenMove | None = None) -> tuple[Journal, tuple[str, ...]]:
    """What the ledger knows of a move between these stores, without writing; and what a person should know of it.

    *back_from* is the move that it undoes.
    """
    wanted = (pair.source.identity.place, pair.target.identity.place)
    parent = None if back_from is None else back_from.row.pk
    try:
        for move in all_moves():
            for found in move.pairs:
                if move.row.parent_id == parent and (found.source.place, found.target.place) == wanted:
                    return found.journal, ()
    except LedgerError as error:
        return MemoryJournal(), (f"{error.reason}; before a move: {error.hint}",)
    return MemoryJournal(), ()


def known_move(pairs: Sequence[Pair]) -> OpenMove | None:
    """The move that goes on if one between these stores is begun; ``None`` if it would be a new one.

    Raises ``LedgerError``.
    """
    wanted = {(pair.source.identity.place, pair.target.identity.place) for pair in pairs}
    for move in all_moves():
        if not move.is_back and wanted & {(pair.source.place, pair.target.place) for pair in move.pairs}:
            return move
    return None


def all_moves() -> list[OpenMove]:
    """Every move, newest first; one whose stores a newer move has taken over is not shown."""
    return [found for row in ledger.moves() if (found := _opened(row)).pairs]


def whole(move: OpenMove) -> OpenMove:
    """The same move with every pair that the ledger knows of it, also where files no longer go."""
    return _opened(move.row)


def find_move(move: str) -> OpenMove:
    """The move of this id, with all its pairs. Raises ``RefusedError`` if there is none."""
    found = _opened(ledger.find_move(move))
    if not found.pairs:
        reason = f"the move {move} has no stores any more: a newer move goes on with all of them"
        raise RefusedError(reason, hint=on("status"))
    return found


def find_or_latest(move: str | None) -> OpenMove:
    """The move of this id, or the newest one. Raises ``RefusedError`` if there is none."""
    if move:
        return find_move(move)
    newest = next(iter(all_moves()), None)
    if newest is None:
        raise RefusedError("the ledger holds no move yet", hint=on("plan", "--to", "ALIAS"))
    return newest


def _opened(row: Move) -> OpenMove:
    found = [(pair.source, pair.target) for pair in ledger.pairs_of(row)]
    return OpenMove(row, tuple(OpenPair(*ends, ledger.journal_of(row, *ends)) for ends in found))


def trouble_in(states: Mapping[State, Tally]) -> int:
    """How many files a person has to look at."""
    return sum(tally.files for state, tally in states.items() if state in TROUBLE)


def is_for_a_person(states: Mapping[State, Tally]) -> bool:
    """Whether running the move again would end nothing of what is left: somebody has to decide or to mend."""
    left = {state for state, tally in states.items() if tally.files and state not in (*SETTLED, *PROVED)}
    return bool(left) and left <= {*DECIDED} - {State.VANISHED}


def list_problems(move: OpenMove) -> Iterator[Problem]:
    """Every file of the move that a person has to look at."""
    yield from _problems(move, TROUBLE)


def list_left_behind(move: OpenMove) -> Iterator[Problem]:
    """Every copy that lies where an earlier route led: no trouble of the move, and something to know."""
    yield from _problems(move, (State.SKIPPED,))


def _problems(move: OpenMove, states: Iterable[State]) -> Iterator[Problem]:
    for recorded in (recorded for pair in move.pairs for recorded in pair.journal.recorded(states)):
        yield Problem(recorded.item.name, recorded.state, recorded.reason, recorded.item.rows)


def status_of(move: OpenMove) -> MoveStatus:
    """What the ledger holds of *move*, and what to do next."""
    pairs, states = move.named_pairs(), move.tallies()
    switched, paused = _switched(move), PAUSED in move.row.options
    then = on("resume", move.id) if paused else _next(move, pairs, states, switched is not None)
    at_work = Shards(move.row).at_work()
    workers = tuple(WorkerStatus(each.worker, each.files, each.files_done, each.until) for each in at_work)
    return MoveStatus(move.id, pairs, move.row.started, move.row.updated, states, then, switched, workers, paused)


def _switched(move: OpenMove) -> Switched | None:
    found = switches.switch_of(move.row)
    if found is None:
        return None
    return Switched(found.at, found.checked, found.passed, found.failed, keep_originals_days(), timezone.now())


def _next(move: OpenMove, pairs: Sequence[Pair], states: Mapping[State, Tally], switched: bool) -> str:
    is_done = move.row.state == Move.State.FINISHED and not trouble_in(states)
    if move.is_back:
        return "" if is_done or move.row.parent is None else on("back", move.row.parent.public_id)
    if is_done:
        return on("switch", move.id, "--check") if switched else on("switch", move.id)
    if is_for_a_person(states):
        return on("resolve", move.id)
    if len(pairs) == 1 and pairs[0].source.alias and pairs[0].target.alias:
        return on("migrate", "--from", pairs[0].source.alias, "--to", pairs[0].target.alias)
    return on("verify", move.id)
