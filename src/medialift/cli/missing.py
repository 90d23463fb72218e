"""``missing``: rows without a file."""

from __future__ import annotations

import argparse

from medialift.cli.arguments import add_models, add_source
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import lone_job
from medialift.move import listings
from medialift.report.values import Listing, ListingEnd
from medialift.types import OutOfReach

TEACHES = """\
Lists every row that names a file which the storage does not have: name, field and
primary key, a tab between, sorted by name. What the site can read and a move
cannot take (a link leads out of the folder, the row holds a path) is not missing:
such a line ends with the reason, and the exit code is 1.

It only lists. It changes no row and no file.

examples:
  manage.py medialift missing
  manage.py medialift missing --from cloud --model gallery.Photo
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    add_models(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    counts = {Listing.MISSING: 0, Listing.OUT_OF_REACH: 0}
    for found in listings.missing(lone_job(options.source, options.models, out)):
        out.show(found)
        counts[Listing.OUT_OF_REACH if isinstance(found, OutOfReach) else Listing.MISSING] += 1
    beyond = counts[Listing.OUT_OF_REACH]
    if beyond:
        out.conclude(ListingEnd(Listing.OUT_OF_REACH, beyond, 0))
    out.conclude(ListingEnd(Listing.MISSING, counts[Listing.MISSING], 0))
    return Exit.FINDINGS if beyond else Exit.GOOD


VERB = Verb("missing", "List the rows whose file is not there", TEACHES, add_arguments, run)
