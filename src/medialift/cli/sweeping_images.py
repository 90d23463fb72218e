"""``sweep --images``: what was made of images that are gone, or are others now."""

from __future__ import annotations

from datetime import timedelta

from medialift.cli.deleting import delete_found
from medialift.cli.output import Output
from medialift.cli.verb import Exit
from medialift.errors import RefusedError
from medialift.images.embedded.cleaning import outdated
from medialift.move.journal import Tally
from medialift.report.values import Listing, ListingEnd
from medialift.stores.base import ObjectStore


def sweep_images(store: ObjectStore, out: Output, *, older_than: timedelta, delete: bool) -> Exit:
    """List them or, after a question, delete them. Raises ``RefusedError`` for a time that is too short."""
    total = Tally()
    try:
        for info in outdated(store, older_than=older_than):
            out.show(info)
            total += Tally(1, info.size)
    except ValueError as error:
        raise RefusedError(str(error), hint="Use --days 1 or more.") from None
    if not delete or not total.files:
        out.conclude(ListingEnd(Listing.OUTDATED_IMAGES, total.files, total.bytes))
        return Exit.GOOD
    if not out.confirm([f"{total.files} sizes of images will be deleted for good; they can be made again."], "Delete?"):
        raise RefusedError("nothing was changed")
    return delete_found(store, outdated(store, older_than=older_than), out, Listing.SWEPT_IMAGES)
