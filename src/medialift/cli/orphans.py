"""``orphans``: files without a row."""

from __future__ import annotations

import argparse
from dataclasses import replace

from medialift.cli.arguments import add_source
from medialift.cli.output import Output
from medialift.cli.routing import routed_to
from medialift.cli.verb import Exit, Verb
from medialift.cli.work import lone_job
from medialift.move import listings
from medialift.move.journal import Tally
from medialift.report.values import Listing, ListingEnd

TEACHES = """\
Lists every file of the storage that no row names: name and size in bytes, a tab
between, sorted by name. Many of them are needed: thumbnails, renditions, files
whose names lie in JSON or in a text. Where the storage has routes, a file is listed
too whose route leads elsewhere: an older copy that no reader is sent to any more.

It only lists. It deletes nothing, and nothing here will.

examples:
  manage.py medialift orphans
  manage.py medialift orphans --from cloud --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    total = Tally()
    job = replace(lone_job(options.source, [], out), takes=routed_to(options.source))
    for info in listings.orphans(job):
        out.show(info)
        total += Tally(1, info.size)
    out.conclude(ListingEnd(Listing.ORPHANS, total.files, total.bytes))
    return Exit.GOOD


VERB = Verb("orphans", "List the files that no row names", TEACHES, add_arguments, run)
