"""``smoke``: one file through the whole of a storage, and nothing left behind."""

from __future__ import annotations

import argparse

from medialift.cli.arguments import add_models
from medialift.cli.counting import count_checks
from medialift.cli.ends import storage_of
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.doctor.check import State
from medialift.references.fields import find_columns
from medialift.report.values import Diagnosis, Examination
from medialift.smoke import smoke

TEACHES = """\
Stores a small file the way the site does, reads it back, asks for its size, opens
its URL with a plain HTTP client, looks whether an older file of the site is there
and opens by its URL, and deletes what it stored. For the minute after a deploy or
a switch.

It deletes only the one file that it has stored itself, and leaves nothing behind,
also where a step fails.

examples:
  manage.py medialift smoke default
  manage.py medialift smoke cloud --model gallery.Photo --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("alias", metavar="ALIAS", help="alias in STORAGES")
    add_models(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    find_columns(options.models)  # a model that nobody knows is told before anything is stored
    storage = storage_of(options.alias)
    outcomes = tuple(smoke(options.alias, storage, options.models))
    out.show(Examination(options.alias, "", outcomes))
    diagnosis = Diagnosis(outcomes)
    count_checks(outcomes)
    out.conclude(diagnosis)
    return Exit.FINDINGS if diagnosis.count(State.FINDING) else Exit.GOOD


VERB = Verb("smoke", "Try one storage from upload to deletion, and leave nothing behind", TEACHES, add_arguments, run)
