"""Where uploads arrive, apart from everything that the site keeps."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from medialift.errors import StoreError
from medialift.stores.base import ObjectStore
from medialift.types import ObjectInfo
from medialift.uploads.tickets import LIVES

FOLDER = "medialift-incoming"
_KEY = re.compile(rf"{FOLDER}/[0-9a-f]{{32}}")

SHORTEST = sum(LIVES.values(), timedelta())
"""So long a file may lie there and still be taken."""


def new_key() -> str:
    """A key that nobody can guess, and that nothing of the visitor's is part of."""
    return f"{FOLDER}/{secrets.token_hex(16)}"


def abandoned(store: ObjectStore, *, older_than: timedelta = timedelta(days=2)) -> Iterator[ObjectInfo]:
    """Files that arrived so long ago that no receipt for them is valid any more. Deletes nothing.

    A file that a row holds lies elsewhere, and is never among them. Raises ``ValueError`` for a time
    within which a file may still be taken.
    """
    if older_than < SHORTEST:
        raise ValueError(f"uploads can be taken for {SHORTEST}: sweep older ones, not those of {older_than}")
    before = datetime.now(timezone.utc) - older_than
    for info in store.list(FOLDER):
        if _KEY.fullmatch(info.key) and info.modified is not None and info.modified < before:
            yield info


def sweep(store: ObjectStore, *, older_than: timedelta = timedelta(days=2)) -> Iterator[StoreError]:
    """Delete what :func:`abandoned` tells; yields one error for each that could not be deleted."""
    yield from store.delete_many(info.key for info in abandoned(store, older_than=older_than))
