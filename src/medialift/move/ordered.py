"""Streams in the order of names: a store's listing under the names of its keys, and joins of two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from typing import TypeVar

from medialift.errors import InvalidKeyError
from medialift.keys import name_for
from medialift.move.lines import unsorted
from medialift.move.spool import Record, spooled
from medialift.stores.base import ObjectStore
from medialift.types import KeyRules, ObjectInfo

Listed = tuple[str, ObjectInfo]
"""A name and the object that holds it."""

L = TypeVar("L")
R = TypeVar("R")

PLAIN = KeyRules()


def keeps_names(rules: KeyRules) -> bool:
    """Whether every key of a store with *rules* is its name, so that a listing is in order of names."""
    limits = {"max_bytes": PLAIN.max_bytes, "max_segment_bytes": PLAIN.max_segment_bytes}
    fields = (name for name in KeyRules.__slots__ if name not in limits)
    return all(getattr(rules, name) == getattr(PLAIN, name) for name in fields)


def listed(store: ObjectStore, foreign: Callable[[str], None] = lambda key: None) -> Iterator[Listed]:
    """Everything in *store* by name, sorted by name, in bounded memory.

    *foreign* is told each key that no name makes: an object that somebody else put there. Raises
    ``StoreError`` if a store that promises a sorted listing breaks its word, for then a merge would
    silently take objects for missing.
    """
    rules = store.traits.key_rules
    if not keeps_names(rules):
        return _sorted(_named(store.list(), rules, foreign))
    pairs = ((info.key, info) for info in store.list())
    return _in_order(pairs, store) if store.traits.sorted_listing else _sorted(pairs)


def joined(left: Iterable[tuple[str, L]], right: Iterable[tuple[str, R]]) -> Iterator[tuple[str, L | None, R | None]]:
    """Both streams, sorted by distinct names, side by side: a full outer join."""
    lefts, rights = iter(left), iter(right)
    a, b = next(lefts, None), next(rights, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a[0] < b[0]):
            assert a is not None
            yield a[0], a[1], None
            a = next(lefts, None)
        elif a is None or b[0] < a[0]:
            yield b[0], None, b[1]
            b = next(rights, None)
        else:
            yield a[0], a[1], b[1]
            a, b = next(lefts, None), next(rights, None)


def _named(objects: Iterable[ObjectInfo], rules: KeyRules, foreign: Callable[[str], None]) -> Iterator[Listed]:
    for info in objects:
        try:
            yield name_for(info.key, rules), info
        except InvalidKeyError:
            foreign(info.key)


def _in_order(pairs: Iterable[Listed], store: ObjectStore) -> Iterator[Listed]:
    last = ""
    for pair in pairs:
        if pair[0] == last:
            continue  # rclone, for one, may list twice what is replaced in that very moment
        if pair[0] < last:
            raise unsorted((last, pair[0]), store)
        last = pair[0]
        yield pair


def _sorted(pairs: Iterable[Listed]) -> Iterator[Listed]:
    return map(loaded, spooled(map(dumped, pairs)))


def dumped(pair: Listed) -> Record:
    """*pair* as a record that can be sorted on disk."""
    name, info = pair
    when = info.modified.timestamp() if info.modified else None
    return name, info.key, info.size, info.etag, when, info.fingerprint, info.version


def loaded(record: Record) -> Listed:
    """What :func:`dumped` was given."""
    name, key, size, etag, when, fingerprint, version = record
    modified = None if when is None else datetime.fromtimestamp(when, timezone.utc)
    return name, ObjectInfo(key, size, etag, modified, fingerprint, version)
