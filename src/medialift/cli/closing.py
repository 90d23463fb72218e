"""The closing report of a move, and the exit code that goes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.core.files.storage import storages

from medialift.cli.command_line import on
from medialift.cli.moves import OpenMove, finish, list_problems, trouble_in
from medialift.cli.verb import Exit
from medialift.move.values import MoveResult
from medialift.report.settings import switch
from medialift.report.values import MoveReport, Pair, Problems

SHOWN = 10


def exit_of(result: MoveResult) -> Exit:
    if result.stopped:
        return Exit.INTERRUPTED
    return Exit.GOOD if result.complete else Exit.FINDINGS


def settle(move: OpenMove, result: MoveResult) -> None:
    """Tell the ledger that nothing is left to do, where nothing is."""
    if result.complete:
        finish(move)


def closing_report(verb: str, move: OpenMove, pairs: Sequence[Pair], result: MoveResult, *, repeat: str) -> MoveReport:
    """Describe *result*, which is that of all *pairs*; *repeat* is the command that does what is left."""
    return MoveReport(
        verb=verb,
        move=move.id,
        pairs=tuple(pairs),
        result=result,
        problems=problems_of(move, result),
        proofs=sum((Counter(pair.journal.proofs()) for pair in move.pairs), Counter()),
        switch=_switch(pairs[0]) if result.complete and verb == "migrate" else "",
        next=_next(verb, move, result, repeat),
        way_back=on("back", move.id) if verb == "migrate" and result.complete else "",
    )


def problems_of(move: OpenMove, result: MoveResult) -> Problems:
    """The first few files to look at, and the command that lists all."""
    first = tuple(problem for problem, _ in zip(list_problems(move), range(SHOWN), strict=False))
    return Problems(first, trouble_in(result.states), on("status", move.id, "--problems"))


def _switch(pair: Pair) -> str:
    return switch(pair.source.alias, pair.target.alias, pair.source.identity, tuple(storages.backends))


def _next(verb: str, move: OpenMove, result: MoveResult, repeat: str) -> str:
    if verb == "copy" and not result.stopped:
        return on("verify", move.id)
    return "" if verb == "back" and result.complete else repeat
