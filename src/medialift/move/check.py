"""Pairs of stores that make no sense are refused before anything is written."""

from __future__ import annotations

from itertools import islice

from medialift.errors import AccessDeniedError, BucketNotFoundError, MedialiftError, RefusedError
from medialift.stores.base import ObjectStore


def check_pair(source: ObjectStore, target: ObjectStore) -> None:
    """Refuse a pair that makes no sense; reads at most one page of each store and writes nothing.

    Raises ``RefusedError`` (the same place twice, one inside the other, a store that cannot be
    read) and every ``StoreError`` that says that one of the stores is not usable.
    """
    here, there = source.identity, target.identity
    if here.contains(there) and there.contains(here):
        raise RefusedError(f"source and target are the same place: {here}", hint="Name another storage with --to.")
    if here.contains(there):
        raise RefusedError(
            f"the target {there} lies inside the source {here}",
            hint="Choose a target outside of it: the move would copy its own copies.",
        )
    if there.contains(here):
        raise RefusedError(
            f"the source {here} lies inside the target {there}",
            hint="Choose another prefix or folder for one of them.",
        )
    check_readable(source, "source")
    check_readable(target, "target")


def check_readable(store: ObjectStore, side: str) -> None:
    """Raise ``RefusedError`` with the fix if *store* (the *side* of a pair) cannot be listed."""
    try:
        list(islice(store.list(), 1))
    except (AccessDeniedError, BucketNotFoundError) as error:
        fix = error.hint or _FIXES[type(error)]  # the store may know more, such as the right spelling
        raise RefusedError(f"the {side} cannot be listed: {error.reason} ({store.identity})", hint=fix) from error


_FIXES: dict[type[MedialiftError], str] = {
    AccessDeniedError: "Give these credentials (or this user) the right to list it.",
    BucketNotFoundError: "Create the bucket or folder, or correct its name in the storage's OPTIONS.",
}
