"""``copy``: send what is to be sent, and verify later."""

from __future__ import annotations

import argparse

from medialift.cli.arguments import add_pair, add_scope, add_speed
from medialift.cli.closing import closing_report
from medialift.cli.command_line import again
from medialift.cli.ends import open_ends
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.moves import begin
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import work_on
from medialift.move import run as engine
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
    add_speed(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    work = work_on(open_ends(options.source, options.target), options)
    check_pair(work.ends.source, work.ends.target)
    with stops_cleanly() as stop:
        move = begin(work.ends.pair)
        copied = engine.copy(work.probed(out, stop).job(move.pairs[0].journal, out, stop))
    result = MoveResult(copied, None, move.tallies(), complete=False, stopped=copied.stopped)
    report = closing_report("copy", move, [work.ends.pair], result, repeat=again("copy", options))
    out.conclude(report)
    if result.stopped:
        return Exit.INTERRUPTED
    return Exit.FINDINGS if report.problems.count else Exit.GOOD


VERB = Verb("copy", "Copy what is not at the target yet; a later verify proves it", TEACHES, add_arguments, run)
