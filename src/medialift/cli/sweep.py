"""``sweep``: direct uploads that nobody finished."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import timedelta

from medialift.cli.arguments import add_consent, add_source, positive
from medialift.cli.ends import open_alias
from medialift.cli.output import Output
from medialift.cli.verb import Exit, Verb
from medialift.errors import RefusedError
from medialift.move.journal import Tally
from medialift.report.values import Listing, ListingEnd
from medialift.stores.base import ObjectStore
from medialift.types import ObjectInfo
from medialift.uploads import abandoned

TEACHES = """\
Lists what browsers sent to the storage and no form ever took: key and size in
bytes, a tab between. With --delete it deletes them, after it asked.

Only what direct uploads made is looked at, in the folder medialift-incoming. A
file that a row holds lies elsewhere, and what a form may still take is too young.

examples:
  manage.py medialift sweep
  manage.py medialift sweep --from cloud --days 7 --json
  manage.py medialift sweep --delete --yes
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    parser.add_argument(
        "--days", type=positive, metavar="N", default=2, help="only what is older, from 2 up (default: %(default)s)"
    )
    parser.add_argument("--delete", action="store_true", help="delete them; without it they are only listed")
    add_consent(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    store = open_alias(options.source)
    total = Tally()
    for info in _found(store, options.days):
        out.show(info)
        total += Tally(1, info.size)
    if not options.delete or not total.files:
        out.conclude(ListingEnd(Listing.ABANDONED, total.files, total.bytes))
        return Exit.GOOD
    if not out.confirm([f"{total.files} abandoned uploads will be deleted for good."], "Delete?"):
        raise RefusedError("nothing was changed")
    return _delete(store, options.days, out)


def _delete(store: ObjectStore, days: int, out: Output) -> Exit:
    sizes: dict[str, int] = {}

    def keys() -> Iterator[str]:
        for info in _found(store, days):
            sizes[info.key] = info.size
            yield info.key

    failed = 0
    for error in store.delete_many(keys()):
        sizes.pop(error.key, None)
        failed += 1
        out.show(error)
    out.conclude(ListingEnd(Listing.SWEPT, len(sizes), sum(sizes.values())))
    return Exit.FINDINGS if failed else Exit.GOOD


def _found(store: ObjectStore, days: int) -> Iterator[ObjectInfo]:
    try:
        yield from abandoned(store, older_than=timedelta(days=days))
    except ValueError as error:
        raise RefusedError(str(error), hint="Use --days 2 or more.") from None


VERB = Verb("sweep", "List or delete direct uploads that nobody finished", TEACHES, add_arguments, run)
