"""``status``: what the ledger knows."""

from __future__ import annotations

import argparse
from itertools import chain

from medialift.cli.arguments import add_move
from medialift.cli.command_line import on
from medialift.cli.moves import OpenMove, all_moves, find_move, list_left_behind, list_problems, status_of
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.report.values import Listing, ListingEnd

TEACHES = """\
Shows every move (or the one named): from where to where, how many files stand
where, when it ran last, and what to do next. With --problems it lists every file
that needs a person: name, state and reason, a tab between.

It reads the ledger only, and writes nothing.

examples:
  manage.py medialift status
  manage.py medialift status k3v7tq --problems
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_move(parser, optional=True)
    parser.add_argument("--problems", action="store_true", help="list every file that needs a person")


def run(options: argparse.Namespace, out: Output) -> Exit:
    moves = [find_move(options.move)] if options.move else all_moves()
    if not moves:
        out.say(f"No move yet. A plan shows what one would do: {on('plan', '--to', 'ALIAS')}")
    count = 0
    for move in moves:
        if options.problems:
            count += _show_problems(move, out)
        else:
            out.show(status_of(move))
    return Exit.FINDINGS if count else Exit.GOOD


def _show_problems(move: OpenMove, out: Output) -> int:
    """How many there are."""
    count = 0
    found = chain(list_problems(move), list_left_behind(move))
    for count, problem in enumerate(found, start=1):  # noqa: B007
        out.show(problem)
    out.conclude(ListingEnd(Listing.PROBLEMS, count, 0))
    return count


VERB = Verb("status", "Show every move: what stands where, and what to do next", TEACHES, add_arguments, run)
