"""Where the embedded engine keeps what it made of an image: one folder for each original, beside all other files.

A name tells the original, its version and what was wished, so nothing is looked up and nothing
outdated is found. The folder is named by a digest: as long as any other, whatever the original is called.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from medialift.errors import StoreError
from medialift.stores.base import ObjectStore
from medialift.types import ObjectInfo

FOLDER = "medialift-images"
_KEY = re.compile(rf"{FOLDER}/([0-9a-f]{{32}})/([0-9a-f]{{12}})-[\w-]+\.[a-z0-9]+")


def folder_of(name: str) -> str:
    """Where everything made of the file called *name* lies; *name* is a clean one."""
    return f"{FOLDER}/{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def rendition_name(name: str, original: ObjectInfo, wishes: str, extension: str) -> str:
    """The name of what is made of the *original* called *name* by *wishes*."""
    return f"{folder_of(name)}/{version_of(original)}-{wishes}.{extension}"


def version_of(original: ObjectInfo) -> str:
    """Changes with the object's bytes."""
    return hashlib.sha256((original.etag or original.fingerprint).encode()).hexdigest()[:12]


def parts_of(key: str) -> tuple[str, str] | None:
    """Folder and version of a rendition's key; ``None`` for an object that is none."""
    found = _KEY.fullmatch(key)
    return (f"{FOLDER}/{found[1]}", found[2]) if found else None


def remove_renditions(store: ObjectStore, name: str) -> Iterator[StoreError]:
    """Delete everything made of the file called *name*: one listing, and a request for each thousand.

    Yields one error for each that could not be deleted; the deletions happen as it is consumed.
    """
    yield from store.delete_many(info.key for info in store.list(folder_of(name)) if parts_of(info.key))
