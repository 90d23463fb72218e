"""``pause``: hold a move on every machine."""

from __future__ import annotations

import argparse

from medialift.cli.arguments import add_move
from medialift.cli.moves import find_or_latest, status_of
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.ledger.pausing import set_paused

TEACHES = """\
Holds a move, the latest one or the one named: files that are under way are
finished and recorded, and nothing new is begun, by no process and no worker of
`--on`, on whatever machine it runs. Each of them knows within a few seconds.

It stays so, also for a run that is started later, until `resume`: it never ends by
itself. Planning and verifying are not held.

examples:
  manage.py medialift pause
  manage.py medialift pause k3v7tq
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_move(parser, optional=True)


def run(options: argparse.Namespace, out: Output) -> Exit:
    return hold(options, out, paused=True)


def hold(options: argparse.Namespace, out: Output, *, paused: bool) -> Exit:
    """Hold the move that is meant, or let it go on, and show where it stands."""
    move = find_or_latest(options.move)
    set_paused(move.row, paused=paused)
    out.conclude(status_of(move))
    return Exit.GOOD


VERB = Verb("pause", "Hold a move on every machine: nothing new is sent", TEACHES, add_arguments, run)
