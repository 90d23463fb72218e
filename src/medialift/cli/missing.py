"""``missing``: rows without a file."""

from __future__ import annotations

import argparse

from medialift.cli.arguments import add_models, add_source
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import lone_job
from medialift.move import listings
from medialift.report.values import Listing, ListingEnd

TEACHES = """\
Lists every row that names a file which the storage does not have: name, field and
primary key, a tab between, sorted by name.

It only lists. It changes no row and no file.

examples:
  manage.py medialift missing
  manage.py medialift missing --from cloud --model gallery.Photo
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    add_models(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    count = 0
    for reference in listings.missing(lone_job(options.source, options.models, out)):
        out.show(reference)
        count += 1
    out.conclude(ListingEnd(Listing.MISSING, count, 0))
    return Exit.GOOD


VERB = Verb("missing", "List the rows whose file is not there", TEACHES, add_arguments, run)
