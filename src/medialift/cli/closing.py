"""The closing report of a move, and the exit code that goes with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.core.files.storage import storages

from medialift.bridge import alias_of
from medialift.cli.command_line import on
from medialift.cli.moves import OpenMove, finish, is_for_a_person, list_problems, trouble_in
from medialift.cli.verb import Exit
from medialift.cli.work import Work
from medialift.move.values import MoveResult
from medialift.report.settings import switch
from medialift.report.values import MoveReport, Pair, Problems

SHOWN = 10
DEFAULT = "default"
CHECK = on("switch", "--check")


def exit_of(result: MoveResult) -> Exit:
    if result.stopped:
        return Exit.INTERRUPTED
    return Exit.GOOD if result.complete else Exit.FINDINGS


def settle(move: OpenMove, result: MoveResult) -> None:
    """Tell the ledger that nothing is left to do, where nothing is."""
    if result.complete:
        finish(move)


def closing_report(
    verb: str,
    move: OpenMove,
    works: Sequence[Work],
    result: MoveResult,
    *,
    repeat: str,
    models: tuple[str, ...] = (),
    whole: str = "",
) -> MoveReport:
    """Describe *result*, which is that of all *works*.

    *repeat* is the command that does what is left. Where the run was about *models* only, *whole* is the
    command that moves everything.
    """
    main, pairs = works[0], [work.ends.pair for work in works]
    is_moved = result.complete and verb == "migrate"
    is_last_pass = is_moved and not models and _is_switched(main)
    return MoveReport(
        verb=verb,
        move=move.id,
        pairs=tuple(pairs),
        result=result,
        problems=problems_of(move, result),
        proofs=sum((Counter(pair.journal.proofs()) for pair in move.pairs), Counter()),
        switch=_switch(pairs[0]) if is_moved and not (models or is_last_pass) else "",
        next=CHECK if is_last_pass else _next(verb, move, result, whole if is_moved and models else repeat),
        way_back=on("back", move.id) if is_moved else "",
        models=models,
        rows=main.scan.rows(known=[pair.target.identity for pair in pairs]),
        notes=main.left_out_on_disk(),
    )


def problems_of(move: OpenMove, result: MoveResult) -> Problems:
    """The first few files to look at, and the command that lists all."""
    first = tuple(problem for problem, _ in zip(list_problems(move), range(SHOWN), strict=False))
    return Problems(first, trouble_in(result.states), on("status", move.id, "--problems"))


def _is_switched(work: Work) -> bool:
    """Whether the site reads and writes at the target already, and this fetched what came in before it did."""
    return alias_of(work.ends.pair.target.identity) == DEFAULT and not work.scan.names_files()


def _switch(pair: Pair) -> str:
    source = pair.source
    kept = alias_of(source.identity, besides=source.alias) or ""
    return switch(source.alias, pair.target.alias, source.identity, tuple(storages.backends), kept)


def _next(verb: str, move: OpenMove, result: MoveResult, repeat: str) -> str:
    if verb == "copy" and not result.stopped:
        return on("verify", move.id)
    if is_for_a_person(result.states) and not result.stopped:
        return on("resolve", move.id)
    return "" if verb == "back" and result.complete else repeat
