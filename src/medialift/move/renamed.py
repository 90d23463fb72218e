"""The target of a move that changed names, as if it had not: for the way back."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from medialift.errors import NotFoundError, RefusedError, StoreError
from medialift.keys import key_for
from medialift.move.digests import CHUNK
from medialift.move.journal import Journal
from medialift.move.sorted_records import name_at
from medialift.stores.base import Body, Download, ObjectStore
from medialift.stores.wrappers.base import AllBut, DownloadWrapper, Wrapper
from medialift.types import NO_HEADERS, Headers, KeyRules, ObjectInfo, Stored


class KeyMap:
    """Two-way pairs of keys, on disk: as many as there are files. Safe to share between threads."""

    def __init__(self) -> None:
        # A database without a name lies in a temporary file, which is gone when it is closed.
        self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._database.execute("CREATE TABLE pairs (new BLOB PRIMARY KEY, old BLOB UNIQUE) WITHOUT ROWID")
        self._lock = threading.Lock()

    def add(self, pairs: Iterable[tuple[str, str]]) -> int:
        """Take (new, old) pairs; how many there were."""
        with self._lock:
            before = self._database.total_changes
            self._database.execute("BEGIN")
            rows = ((_bytes(new), _bytes(old)) for new, old in pairs)
            self._database.executemany("INSERT OR REPLACE INTO pairs VALUES (?, ?)", rows)
            self._database.execute("COMMIT")
            return self._database.total_changes - before

    def old(self, new: str) -> str | None:
        return self._one("SELECT old FROM pairs WHERE new = ?", new)

    def new(self, old: str) -> str | None:
        return self._one("SELECT new FROM pairs WHERE old = ?", old)

    def close(self) -> None:
        self._database.close()

    def _one(self, query: str, key: str) -> str | None:
        with self._lock:
            row = self._database.execute(query, (_bytes(key),)).fetchone()
        return None if row is None else str(row[0], "utf-8", "surrogatepass")


class UnderOldNames(Wrapper):
    """Lists and gives each renamed object under the key that its old name makes. Only reads."""

    lacks = AllBut()

    def __init__(self, inner: ObjectStore, keys: KeyMap) -> None:
        super().__init__(inner)
        self.traits = replace(inner.traits, sorted_listing=False)
        self._keys = keys

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        opened = self.inner.get(self._keys.new(key) or key, start=start, length=length, if_match=if_match)
        return _Renamed(opened, key)

    def head(self, key: str) -> ObjectInfo:
        return replace(self.inner.head(self._keys.new(key) or key), key=key)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        """Everything; a *prefix* would be one of the new names, and nobody asks for one here."""
        for info in self.inner.list(prefix, after=after):
            old, moved = self._keys.old(info.key), self._keys.new(info.key)
            if old is not None:
                yield replace(info, key=old)
            elif moved is None:
                yield info
            elif not self._is_equal(info, moved):
                raise RefusedError(
                    f"{info.key!r} came to the target after the move, which has brought another file of that name "
                    f"to {moved!r}: both would come home under one name",
                    hint="Give the newer file and its rows another name, then run this again.",
                )

    def _is_equal(self, info: ObjectInfo, key: str) -> bool:
        """Whether the object is an older copy of the one under *key*, from a run that kept the names."""
        try:
            other = self.inner.head(key)
        except NotFoundError:
            return False
        if info.size != other.size:
            return False
        return (info.etag is not None and info.etag == other.etag) or self._sha256(info.key) == self._sha256(key)

    def _sha256(self, key: str) -> bytes:
        digest = hashlib.sha256()
        with self.inner.get(key) as body:
            while data := body.read(CHUNK):
                digest.update(data)
        return digest.digest()

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        raise StoreError("a store under old names is only read", operation="put", key=key)


class _Renamed(DownloadWrapper):
    def __init__(self, opened: Download, key: str) -> None:
        super().__init__(opened)
        self.info = replace(opened.info, key=key)


@contextmanager
def under_old_names(store: ObjectStore, forward: Journal) -> Iterator[ObjectStore]:
    """*store*, the target of the move that *forward* tells of, with each object under the name it had before."""
    rules = store.traits.key_rules
    keys = KeyMap()
    try:
        yield UnderOldNames(store, keys) if keys.add(_renamed(forward, rules)) else store
    finally:
        keys.close()


def _renamed(forward: Journal, rules: KeyRules) -> Iterator[tuple[str, str]]:
    for item in forward.evidence():
        if name_at(item.key, rules) != item.name:
            yield item.key, key_for(item.name, rules)


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")
