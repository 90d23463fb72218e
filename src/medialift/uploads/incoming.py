"""Where uploads arrive, apart from everything that the site keeps."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone

from medialift.errors import StoreError, UnsupportedError
from medialift.stores.base import ObjectStore, capability
from medialift.stores.uploading import PartsUpload, TellsByExtension, TellsUnfinished, Unfinished
from medialift.types import ObjectInfo
from medialift.uploads.tickets import LIVES

FOLDER = "medialift-incoming"
_KEY = re.compile(rf"{FOLDER}/[0-9a-f]{{32}}(?:\.[0-9a-z]{{1,8}})?")

SHORTEST = sum(LIVES.values(), timedelta())
"""So long a file may lie there and still be taken."""


def new_key(store: ObjectStore | None = None, name: str = "") -> str:
    """A key that nobody can guess, and that nothing of the visitor's is part of.

    Only where *store* takes a file for what its extension says, it ends with that of *name*.
    """
    ability = capability(store, TellsByExtension) if store is not None else None
    extension = ability.telling_extension(name) if ability is not None else ""
    return f"{FOLDER}/{secrets.token_hex(16)}{'.' if extension else ''}{extension}"


def abandoned(store: ObjectStore, *, older_than: timedelta = timedelta(days=2)) -> Iterator[ObjectInfo]:
    """Files that arrived so long ago that no receipt for them is valid any more. Deletes nothing.

    A file that a row holds lies elsewhere, and is never among them. Raises ``ValueError`` for a time
    within which a file may still be taken.
    """
    before = _moment(older_than)
    for info in store.list(FOLDER):
        if _KEY.fullmatch(info.key) and info.modified is not None and info.modified < before:
            yield info


def unfinished(store: ObjectStore, *, older_than: timedelta = timedelta(days=2)) -> Iterator[Unfinished]:
    """Uploads in parts that nobody ended, as :func:`abandoned` tells files. They are in no listing, and are paid for.

    None where the store has no such uploads, or does not tell of them. Raises ``ValueError`` as above.
    """
    before, ability = _moment(older_than), capability(store, TellsUnfinished)
    if ability is None:
        return
    try:
        for upload in ability.unfinished_uploads(FOLDER):
            if _KEY.fullmatch(upload.key) and upload.begun < before:
                yield upload
    except UnsupportedError:
        return


def sweep(store: ObjectStore, *, older_than: timedelta = timedelta(days=2)) -> Iterator[StoreError]:
    """Delete what :func:`abandoned` and :func:`unfinished` tell; yields one error for each that could not be."""
    yield from store.delete_many(info.key for info in abandoned(store, older_than=older_than))
    yield from abort(store, unfinished(store, older_than=older_than))


def abort(store: ObjectStore, uploads: Iterable[Unfinished]) -> Iterator[StoreError]:
    """Throw away what has arrived of *uploads*; yields one error for each of which that cannot be done."""
    ability = capability(store, PartsUpload)
    if ability is None:
        return
    for upload in uploads:
        try:
            ability.abort_parts(upload.key, upload.id)
        except StoreError as error:
            yield error


def _moment(older_than: timedelta) -> datetime:
    if older_than < SHORTEST:
        raise ValueError(f"uploads can be taken for {SHORTEST}: sweep older ones, not those of {older_than}")
    return datetime.now(timezone.utc) - older_than
