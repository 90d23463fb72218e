"""``copy``: send what is to be sent, and verify later."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator

from medialift.cli.arguments import add_pair, add_privacy, add_scope, add_speed
from medialift.cli.closing import closing_report
from medialift.cli.command_line import again
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.migrate import refuse_findings
from medialift.cli.moves import OpenMove, begin
from medialift.cli.output import Output
from medialift.cli.rewriting import add_rewrite
from medialift.cli.routing import Works, works_on
from medialift.cli.verb import Exit, Verb
from medialift.move import run as engine
from medialift.move.results import together
from medialift.move.run import check_pair
from medialift.move.values import MoveResult

TEACHES = """\
Copies what the plan says, rows' files first, and records the digests of every file.
Does not list the target afterwards: `verify` does. `migrate` is both.

It never touches the source, never deletes, and never changes a row of your site.

examples:
  manage.py medialift copy --to cloud --workers 8
  manage.py medialift copy --to cloud && manage.py medialift verify --deep
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_pair(parser)
    add_scope(parser)
    add_privacy(parser)
    add_rewrite(parser)
    add_speed(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    works = works_on(options)
    for pair in works.each:
        check_pair(pair.ends.source, pair.ends.target)
    with stops_cleanly() as stop:
        refuse_findings(works, out, stop)
        move = begin(*works.pairs, rewrite=works.rules)
        result = together(list(_copied(works, move, out, stop)))
    report = closing_report("copy", move, works.each, result, repeat=again("copy", options), models=works.models)
    out.conclude(report)
    if result.stopped:
        return Exit.INTERRUPTED
    return Exit.FINDINGS if report.problems.count else Exit.GOOD


def _copied(works: Works, move: OpenMove, out: Output, stop: threading.Event) -> Iterator[MoveResult]:
    """The result of each pair; once it is stopped, none for the rest."""
    for work, pair in zip(works.each, move.pairs, strict=True):
        copied = engine.copy(work.probed(out, stop).job(pair.journal, out, stop))
        yield MoveResult(copied, None, pair.journal.tallies(), complete=False, stopped=copied.stopped)
        if copied.stopped:
            return


VERB = Verb("copy", "Copy what is not at the target yet; a later verify proves it", TEACHES, add_arguments, run)
