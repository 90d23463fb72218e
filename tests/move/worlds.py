"""Small worlds for the tests of the move: stores with files, rows that name them, and a job."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from medialift.move.journal import Journal
from medialift.move.memory_journal import MemoryJournal
from medialift.move.values import Job, Limits, Tell, tell_nobody
from medialift.stores.base import ObjectStore
from medialift.stores.filesystem import FilesystemStore
from medialift.stores.memory import MEMORY_TRAITS, MemoryStore
from medialift.types import ETag, KeyRules, Reference

S = TypeVar("S", bound=ObjectStore)

FIELD = "site.Photo.image"

OPAQUE = replace(MEMORY_TRAITS, etag=ETag.OPAQUE, checked_digests=frozenset())
"""A service whose answers prove nothing."""
CHECKED = replace(OPAQUE, checked_digests=frozenset({"payload-sha256"}))
"""A service that compares every body with its signed digest, and has opaque ETags."""
OVERWRITES = replace(MEMORY_TRAITS, atomic_create=False, atomic_multipart_create=False)
"""A service that cannot create: a put always replaces."""
ASCII = replace(MEMORY_TRAITS, key_rules=KeyRules(allowed=r"A-Za-z0-9/_.=,;-"))
"""A service that holds ASCII keys only."""

QUICK = Limits(workers=8, attempts=3, batch=7, batch_seconds=0.05)


def memory(files: Mapping[str, bytes] | None = None, *, name: str = "source") -> MemoryStore:
    """A store in memory that holds *files*."""
    return filled(MemoryStore(name), files or {})


def disk(folder: Path, files: Mapping[str, bytes] | None = None) -> FilesystemStore:
    """A store on the disk that holds *files*."""
    folder.mkdir(exist_ok=True)
    return filled(FilesystemStore(folder), files or {})


def filled(store: S, files: Mapping[str, bytes]) -> S:
    for key, data in files.items():
        store.put(key, data)
    return store


def contents(store: ObjectStore) -> dict[str, bytes]:
    """Every object's bytes by key."""
    found: dict[str, bytes] = {}
    for info in store.list():
        with store.get(info.key) as opened:
            found[info.key] = opened.read()
    return found


def rows(*names: str, field: str = FIELD) -> list[Reference]:
    return [Reference(name, field, str(number)) for number, name in enumerate(names, start=1)]


def job(
    source: ObjectStore,
    target: ObjectStore,
    references: Iterable[Reference] = (),
    *,
    journal: Journal | None = None,
    limits: Limits = QUICK,
    stop: threading.Event | None = None,
    tell: Tell = tell_nobody,
    unreferenced: bool = True,
) -> Job:
    kept = list(references)
    return Job(
        source,
        target,
        journal if journal is not None else MemoryJournal(),
        lambda: kept,
        unreferenced=unreferenced,
        limits=limits,
        stop=stop or threading.Event(),
        tell=tell,
    )
