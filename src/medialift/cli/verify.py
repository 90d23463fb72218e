"""``verify``: prove again that the target holds what was copied."""

from __future__ import annotations

import argparse

from medialift.cli.arguments import add_move, positive
from medialift.cli.command_line import on
from medialift.cli.interrupt import stops_cleanly
from medialift.cli.moves import find_or_latest, trouble_in
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import ledger_job
from medialift.move import run as engine
from medialift.report.values import VerifyReport

TEACHES = """\
Lists the target again and compares every object with the ledger: size, and ETag
where it tells about the bytes. With --deep every object is fetched and hashed; with
--sample N so are N at random, and the report says what that proves. A file that was
found bad before is always read again: if it is good now, the alarm is over.

It needs no access to the source, and writes only to the ledger.

examples:
  manage.py medialift verify
  manage.py medialift verify k3v7tq --sample 500
  manage.py medialift verify k3v7tq --deep
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_move(parser, optional=True)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--deep", action="store_true", help="fetch and hash every object")
    how.add_argument("--sample", type=positive, metavar="N", help="fetch and hash this many, chosen at random")


def run(options: argparse.Namespace, out: Output) -> Exit:
    move = find_or_latest(options.move)
    with stops_cleanly() as stop:
        jobs = [ledger_job(pair, out, stop) for pair in move.pairs]
        result = engine.verify(*jobs, deep=options.deep, sample=options.sample)
    # What was found bad, and copied anew by another run before that was written down, is no trouble any more.
    unproved = max(0, trouble_in(move.tallies()) - result.not_verified)
    bad = bool(result.not_verified or unproved)
    then = on("status", move.id, "--problems") if bad else on("certificate", move.id, "--output", "proof")
    out.conclude(VerifyReport(move.id, move.named_pairs(), result, options.deep, options.sample, unproved, then))
    if result.stopped:
        return Exit.INTERRUPTED
    return Exit.FINDINGS if bad else Exit.GOOD


VERB = Verb("verify", "Prove again that the target holds every file of a move", TEACHES, add_arguments, run)
