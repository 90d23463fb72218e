"""Deleting what a listing has found, and telling how it went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from medialift.cli.output import Output
from medialift.cli.verb import Exit
from medialift.errors import StoreError
from medialift.report.values import Listing, ListingEnd
from medialift.stores.base import ObjectStore
from medialift.types import ObjectInfo


def delete_found(
    store: ObjectStore,
    found: Iterable[ObjectInfo],
    out: Output,
    listing: Listing,
    *,
    besides: Iterable[StoreError] = (),
    sizes: Mapping[str, int] | None = None,
) -> Exit:
    """Delete everything *found*, show each that could not be, and conclude with *listing*.

    *besides* deletes other things as it is consumed, whose bytes are *sizes* by key; what it yields could not be.
    """
    counted = dict(sizes or {})

    def keys() -> Iterator[str]:
        for info in found:
            counted[info.key] = info.size
            yield info.key

    failed = 0
    for error in chain(store.delete_many(keys()), besides):
        counted.pop(error.key, None)
        failed += 1
        out.show(error)
    out.conclude(ListingEnd(listing, len(counted), sum(counted.values())))
    return Exit.FINDINGS if failed else Exit.GOOD
