"""``resume``: let a held move go on."""

from __future__ import annotations

import argparse

from medialift.cli.output import Output
from medialift.cli.pause import add_arguments, hold
from medialift.cli.verb import Exit, Verb

TEACHES = """\
Lets a move go on that `pause` has held, the latest one or the one named, in every
process and every worker that waits. It only lifts the hold: `migrate` starts a
move that nobody works on.

examples:
  manage.py medialift resume
  manage.py medialift resume k3v7tq
"""


def run(options: argparse.Namespace, out: Output) -> Exit:
    return hold(options, out, paused=False)


VERB = Verb("resume", "Let a paused move go on", TEACHES, add_arguments, run)
