"""``sweep``: direct uploads that nobody finished."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import timedelta

from medialift.cli.arguments import add_consent, add_source, positive
from medialift.cli.deleting import delete_found
from medialift.cli.ends import open_alias
from medialift.cli.output import Output
from medialift.cli.sweeping_images import sweep_images
from medialift.cli.verb import Exit, Verb
from medialift.errors import AccessDeniedError, NotFoundError, RefusedError
from medialift.move.journal import Tally
from medialift.report.values import Listing, ListingEnd
from medialift.stores.base import ObjectStore, capability
from medialift.stores.uploading import PartsUpload, Unfinished
from medialift.types import ObjectInfo
from medialift.uploads import abandoned, unfinished
from medialift.uploads.incoming import abort

TEACHES = """\
Lists what browsers sent to the storage and no form ever took: key and size in
bytes, a tab between. With --delete it deletes them, after it asked. Parts of files
that never became whole are listed and deleted with them.

With --images it does so with other sizes of images whose original is gone, or was
replaced, and lists the whole storage to know; uploads are then left alone.

Else only what direct uploads made is looked at, in the folder medialift-incoming. A
file that a row holds lies elsewhere, and what a form may still take is too young.

examples:
  manage.py medialift sweep
  manage.py medialift sweep --from cloud --days 7 --json
  manage.py medialift sweep --delete --yes
  manage.py medialift sweep --images --delete --yes
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser)
    parser.add_argument(
        "--days", type=positive, metavar="N", default=2, help="only what is older, from 2 up (default: %(default)s)"
    )
    parser.add_argument("--images", action="store_true", help="sizes of images that are gone or were replaced instead")
    parser.add_argument("--delete", action="store_true", help="delete them; without it they are only listed")
    add_consent(parser)


def run(options: argparse.Namespace, out: Output) -> Exit:
    store = open_alias(options.source)
    if options.images:
        return sweep_images(store, out, older_than=timedelta(days=options.days), delete=options.delete)
    total = Tally()
    for info in _found(store, options.days):
        out.show(info)
        total += Tally(1, info.size)
    parts = _in_parts(store, options.days, out)
    for info in parts.values():
        out.show(info)
        total += Tally(1, info.size)
    if not options.delete or not total.files:
        out.conclude(ListingEnd(Listing.ABANDONED, total.files, total.bytes))
        return Exit.GOOD
    if not out.confirm([f"{total.files} abandoned uploads will be deleted for good."], "Delete?"):
        raise RefusedError("nothing was changed")
    sizes = {upload.key: info.size for upload, info in parts.items()}
    found, unfinished_too = _found(store, options.days), abort(store, parts)
    return delete_found(store, found, out, Listing.SWEPT, besides=unfinished_too, sizes=sizes)


def _found(store: ObjectStore, days: int) -> Iterator[ObjectInfo]:
    try:
        yield from abandoned(store, older_than=timedelta(days=days))
    except ValueError as error:
        raise RefusedError(str(error), hint="Use --days 2 or more.") from None


def _in_parts(store: ObjectStore, days: int, out: Output) -> dict[Unfinished, ObjectInfo]:
    """Uploads in parts, each as the file that it would have become: one request for each, and one for all."""
    ability = capability(store, PartsUpload)
    if ability is None:
        return {}
    try:
        found = list(unfinished(store, older_than=timedelta(days=days)))
    except AccessDeniedError:
        out.say("Parts of unfinished uploads may not be listed (s3:ListBucketMultipartUploads).")
        return {}
    return {upload: _as_file(ability, upload) for upload in found}


def _as_file(ability: PartsUpload, upload: Unfinished) -> ObjectInfo:
    try:
        size = sum(part.size for part in ability.arrived_parts(upload.key, upload.id))
    except NotFoundError:
        size = 0
    return ObjectInfo(upload.key, size)


VERB = Verb("sweep", "List or delete direct uploads that nobody finished", TEACHES, add_arguments, run)
