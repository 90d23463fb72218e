"""``back``: the way home."""

from __future__ import annotations

import argparse

from medialift.cli.arguments import add_consent, add_move, add_speed
from medialift.cli.closing import closing_report, exit_of, settle
from medialift.cli.command_line import on
from medialift.cli.ends import reach_ends
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.moves import begin, find_move
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import work_back
from medialift.move import run as engine
from medialift.move.run import check_pair

TEACHES = """\
Brings back what the target of a move holds and its old source lacks: everything
that was written since the switch, and whatever was lost at the source meanwhile,
verified the same way. Both places are found by what they are, whatever alias names
them now; if no alias reaches the old source, the settings to add are printed.

It never deletes and never overwrites in silence: a file that is superseded is kept
below .medialift-superseded/ at the old source.

examples:
  manage.py medialift back 7
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_move(parser)
    add_speed(parser)
    add_consent(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    forward = find_move(options.move)
    work = work_back(reach_ends(forward.target, forward.source), options)
    check_pair(work.ends.source, work.ends.target)
    with stops_cleanly() as stop:
        way_back = begin(work.ends.pair, back_from=forward)
        job = work.probed(out, stop).job(way_back.journal, out, stop)
        result = engine.back(job, forward.journal, move_id=forward.id)
    settle(way_back, result)
    repeat = on("back", forward.id)
    out.conclude(closing_report("back", way_back, work.ends.pair, result, repeat=repeat))
    return exit_of(result)


VERB = Verb("back", "Bring everything back to where a move came from", TEACHES, add_arguments, run)
