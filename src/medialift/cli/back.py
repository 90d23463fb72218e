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
from medialift.cli.moves import OpenMove, OpenPair, begin, find_move, known_journal
from medialift.cli.output import Output
from medialift.cli.plan import described, has_findings
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import Work, work_back
from medialift.move import run as engine
from medialift.move.back import SUPERSEDED
from medialift.move.journal import Tally
from medialift.move.results import together
from medialift.move.run import check_pair
from medialift.move.summary import Names, Summary
from medialift.move.values import MoveResult
from medialift.references.fields import find_columns
from medialift.references.recorded import undo
from medialift.references.renamed_rows import has_changed_rows
from medialift.report import units
from medialift.report.table import printable
from medialift.report.values import PlanReport, RowsUndone
from medialift.types import Action, Fate, State

TEACHES = """\
Brings back what the target of a move holds and its old source lacks: everything
that was written since the switch, and whatever was lost at the source meanwhile,
verified the same way. Both places are found by what they are, whatever alias names
them now; if no alias reaches the old source, the settings to add are printed.

Rows that --rewrite gave new names get their old ones back, once every file is home.

It never deletes and never overwrites in silence: a file that is superseded is kept
below .medialift-superseded/ at the old source.

With --dry-run it only shows what would come home. It never writes then: not to a
store, not to the database.

examples:
  manage.py medialift back k3v7tq --dry-run
  manage.py medialift back k3v7tq
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_move(parser)
    add_speed(parser)
    add_consent(parser)
    parser.add_argument("--dry-run", action="store_true", help="only show what would be brought back")


def run(options: argparse.Namespace, out: Output) -> Exit:
    forward = find_move(options.move)
    changed = ledger.changes_of(forward.row)
    log = changed if has_changed_rows(changed) else None
    works = [_without_left_behind(work_back(_ends(pair), options, log), pair) for pair in forward.pairs]
    for work in works:
        check_pair(work.ends.source, work.ends.target)
    if options.dry_run:
        return _dry_run(works, forward, out, then=on("back", forward.id))
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


def _dry_run(works: Sequence[Work], forward: OpenMove, out: Output, *, then: str) -> Exit:
    """Show what each pair would bring home; once it is stopped, none of the rest."""
    code = Exit.GOOD
    with stops_cleanly() as stop:
        for number, (work, there) in enumerate(zip(works, forward.pairs, strict=True), start=1):
            report = _planned(work, there, forward, out, stop, then=then if number == len(works) else "")
            out.conclude(replace(report, part=(number, len(works))))
            if report.summary.stopped:
                return Exit.INTERRUPTED
            code = Exit.FINDINGS if has_findings(report) else code
    return code


def _planned(
    work: Work, there: OpenPair, forward: OpenMove, out: Output, stop: threading.Event, *, then: str
) -> PlanReport:
    journal, remarks = known_journal(work.ends.pair, back_from=forward)
    job, each = work.job(journal, out, stop), out.show if out.as_json else None
    summary, deleted = engine.plan_back(job, there.journal, each=each)
    told = _notes_on(summary, deleted, forward)
    return described(work, summary, (*remarks, *told), then=then)


def _notes_on(summary: Summary, deleted: Names, forward: OpenMove) -> Iterator[str]:
    if summary.actions.get(Action.REPLACE, Tally()).files:
        yield f"the older copies at home are kept, below {SUPERSEDED}/{forward.id}/"
    if deleted.count:
        files = units.plural(deleted.count, "file")
        yield f"{files} deleted since the move would be left alone at home, such as {printable(deleted.first[0])}"


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
