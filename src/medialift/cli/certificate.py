"""``certificate``: the exported proof."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from medialift.cli.arguments import add_move
from medialift.cli.moves import find_move
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import ledger_job
from medialift.move import run as engine
from medialift.report.values import CertificateReport

TEACHES = """\
Writes SHA256SUMS and certificate.json into a folder. `sha256sum -c SHA256SUMS`,
run in a download of the bucket, proves every file again without this package. The
JSON holds counts and bytes for each field, every exception by name, the times, and
what was proved and what was not.

A move into several places has a folder below that one for each of them, with sums
of its own, because each is downloaded on its own.

It writes into that folder only.

examples:
  manage.py medialift certificate k3v7tq --output proof
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_move(parser)
    parser.add_argument("--output", type=Path, metavar="DIR", required=True, help="the folder to write into")


def run(options: argparse.Namespace, out: Output) -> Exit:
    move = find_move(options.move)
    stop = threading.Event()
    jobs = [ledger_job(pair, out, stop) for pair in move.pairs]
    made = engine.certificate(*jobs, folder=options.output, move_id=move.id)
    out.conclude(CertificateReport(move.id, made))
    return Exit.GOOD if made.complete else Exit.FINDINGS


VERB = Verb("certificate", "Write the proof of a move into a folder, for others to check", TEACHES, add_arguments, run)
