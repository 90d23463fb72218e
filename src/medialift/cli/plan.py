"""``plan``: the dry run."""

from __future__ import annotations

import argparse
import threading
from dataclasses import replace

from medialift.cli.arguments import add_privacy, add_scope, add_source, add_speed, volume
from medialift.cli.command_line import again
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.left_behind import notes
from medialift.cli.moves import known_journal, known_move
from medialift.cli.output import Output
from medialift.cli.prices import prices_of
from medialift.cli.rewriting import add_rewrite
from medialift.cli.routing import Works, works_on
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import Work
from medialift.errors import LedgerError, RefusedError
from medialift.move import run as engine
from medialift.move.summary import Summary
from medialift.report.estimate import estimate
from medialift.report.values import PlanReport, Rows

TEACHES = """\
Compares the source, the rows that name its files, and the target, and shows what
a move would do: what is to copy, what is there already, what is missing or in
conflict; the requests, time and money it takes; whether everything could return.
Files of equal size on both sides are read and compared. Where the target has
routes, there is one plan for each store that files go to.

With --compare it asks for no target: it lists the source once and says what its
files would cost at each provider that medialift knows, how many names would be
kept under another key there, and what would not fit.

It never writes: not to a store, not to the database.

examples:
  manage.py medialift plan --to cloud
  manage.py medialift plan --from default --to cloud --model gallery.Photo
  manage.py medialift plan --compare --egress 500GB
  manage.py medialift plan --to cloud --json | jq 'select(.action == "conflict")'
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    either = parser.add_mutually_exclusive_group(required=True)
    either.add_argument("--to", dest="target", metavar="ALIAS", help="alias in STORAGES")
    either.add_argument(
        "--compare", action="store_true", help="no target: what the files would cost a month at each provider"
    )
    parser.add_argument(
        "--egress",
        type=volume,
        metavar="SIZE",
        help="with --compare: what visitors download in a month, for instance 500GB (default: everything once)",
    )
    add_scope(parser)
    add_privacy(parser)
    add_rewrite(parser)
    add_speed(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    if options.egress is not None and not options.compare:
        raise RefusedError("--egress says nothing without --compare", hint="Add --compare, and leave out --to.")
    if options.compare and (options.models or not options.unreferenced):
        hint = "Leave out --model and --no-unreferenced."
        raise RefusedError("--compare counts every file, whatever rows name it", hint=hint)
    return _compare(options, out) if options.compare else dry_run(options, out)


def dry_run(options: argparse.Namespace, out: Output) -> Exit:
    """Show what a move with these arguments would do."""
    return show(works_on(options), out, then=again("migrate", options))


def show(works: Works, out: Output, *, then: str) -> Exit:
    """Show what a move of *works* would do, and at the end the command that does it: *then*."""
    with stops_cleanly() as stop:
        reports = show_plans(works, out, stop, then=then)
    if any(report.summary.stopped for report in reports):
        return Exit.INTERRUPTED
    return Exit.FINDINGS if any(has_findings(report) for report in reports) else Exit.GOOD


def show_plans(works: Works, out: Output, stop: threading.Event, *, then: str) -> list[PlanReport]:
    """Plan each of *works* and show it; once it is stopped, none of the rest. *then* is told at the end."""
    reports: list[PlanReport] = []
    for number, work in enumerate(works.each, start=1):
        is_last = work is works.each[-1]
        report = make_plan(work, out, stop, then=then if is_last else "")
        if len(works.each) > 1:
            rows = _rows_here(report, is_main=work is works.each[0])
            report = replace(report, rows=rows, part=(number, len(works.each)))
        if number > 1:
            report = replace(report, chosen={})  # the first part has told it, of all stores
        if is_last:
            report = replace(report, findings=works.findings(), notes=(*report.notes, *_left_behind(works)))
        out.conclude(report)
        reports.append(report)
        if report.summary.stopped:
            break
    return reports


def _compare(options: argparse.Namespace, out: Output) -> Exit:
    with stops_cleanly() as stop:
        from medialift.cli.comparing import compare  # most plans, and every move, do without prices

        report = compare(options.source, options.egress, out, stop)
    out.conclude(report)
    return Exit.INTERRUPTED if report.stopped else Exit.GOOD


def make_plan(work: Work, out: Output, stop: threading.Event, *, then: str) -> PlanReport:
    """Plan *work* and describe it; each step goes to *out* as well, which shows it to scripts."""
    journal, remarks = known_journal(work.ends.pair)
    # People are shown the counts alone, and asking about each of a million steps takes its time.
    summary = engine.plan(work.job(journal, out, stop), each=out.show if out.as_json else None)
    return described(work, summary, remarks, then=then)


def described(work: Work, summary: Summary, remarks: tuple[str, ...], *, then: str) -> PlanReport:
    """A plan with all that a person wants to know of it: *remarks*, what it costs, and the command to type *then*."""
    source, target = (prices_of(store.identity) for store in (work.ends.source, work.ends.target))
    costs = estimate(summary, source, target, bandwidth=work.limits.bandwidth)
    notes = (*remarks, *work.notes())
    rows, is_whole = work.scan.rows(), work.scan.is_whole
    return PlanReport(work.ends.pair, summary, costs, rows, notes, then, is_whole=is_whole, chosen=work.chosen())


def _left_behind(works: Works) -> tuple[str, ...]:
    try:
        move = known_move(works.pairs)
    except LedgerError:
        return ()
    return () if move is None else tuple(notes(move, works.now))


def _rows_here(report: PlanReport, *, is_main: bool) -> dict[str, Rows]:
    """The fields whose files go to this target; those without any file are shown with the main one."""
    here = report.summary.fields
    return {
        label: rows for label, rows in report.rows.items() if label in here or (is_main and rows.total == rows.empty)
    }


def has_findings(report: PlanReport) -> bool:
    """Whether a person has to decide something before a move can be complete."""
    return bool(
        report.summary.conflicts.count
        or report.summary.invalid.count
        or report.summary.out_of_reach.count
        or report.summary.vanished.count
        or report.summary.clashes.count
        or report.summary.refused
        or report.findings
    )


VERB = Verb("plan", "Show what a move would do, and change nothing", TEACHES, add_arguments, run)
