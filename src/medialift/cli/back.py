"""``back``: the way home."""

from __future__ import annotations

import argparse
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from medialift import ledger
from medialift.cli.arguments import add_consent, add_move, add_speed
from medialift.cli.closing import closing_report, exit_of, settle
from medialift.cli.command_line import on
from medialift.cli.ends import Ends, reach_ends
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.moves import OpenMove, OpenPair, begin, find_move
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import Work, work_back
from medialift.move import run as engine
from medialift.move.results import together
from medialift.move.run import check_pair
from medialift.move.values import MoveResult
from medialift.references.fields import find_columns
from medialift.references.recorded import undo
from medialift.references.renamed_rows import has_changed_rows
from medialift.report.values import RowsUndone
from medialift.types import Fate, State

TEACHES = """\
Brings back what the target of a move holds and its old source lacks: everything
that was written since the switch, and whatever was lost at the source meanwhile,
verified the same way. Both places are found by what they are, whatever alias names
them now; if no alias reaches the old source, the settings to add are printed.

Rows that --rewrite gave new names get their old ones back, once every file is home.

It never deletes and never overwrites in silence: a file that is superseded is kept
below .medialift-superseded/ at the old source.

examples:
  manage.py medialift back k3v7tq
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_move(parser)
    add_speed(parser)
    add_consent(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    forward = find_move(options.move)
    changed = ledger.changes_of(forward.row)
    log = changed if has_changed_rows(changed) else None
    works = [_without_left_behind(work_back(_ends(pair), options, log), pair) for pair in forward.pairs]
    for work in works:
        check_pair(work.ends.source, work.ends.target)
    pairs = [work.ends.pair for work in works]
    with stops_cleanly() as stop:
        way_back = begin(*pairs, back_from=forward)
        result = together(list(_brought(works, forward, way_back, out, stop)))
        undone = Counter(fate for _, fate in undo(log, find_columns().columns)) if log and result.complete else None
    settle(way_back, result)
    out.conclude(closing_report("back", way_back, works, result, repeat=on("back", forward.id)))
    if undone is not None:
        out.show(RowsUndone(undone[Fate.UNDONE], undone[Fate.KEPT]))
    return exit_of(result)


def _ends(pair: OpenPair) -> Ends:
    return reach_ends(pair.target, pair.source)


def _without_left_behind(work: Work, pair: OpenPair) -> Work:
    """*work*, which leaves where they are the copies whose files come home from elsewhere."""
    left = {recorded.item.name for recorded in pair.journal.recorded([State.SKIPPED])}
    return replace(work, takes=lambda found: None if found.name in left else found) if left else work


def _brought(
    works: Sequence[Work], forward: OpenMove, way_back: OpenMove, out: Output, stop: threading.Event
) -> Iterator[MoveResult]:
    """The result of each pair; once it is stopped, none for the rest."""
    for work, there, home in zip(works, forward.pairs, way_back.pairs, strict=True):
        job = work.probed(out, stop).job(home.journal, out, stop)
        result = engine.back(job, there.journal, move_id=forward.id)
        yield result
        if result.stopped:
            return


VERB = Verb("back", "Bring everything back to where a move came from", TEACHES, add_arguments, run)
