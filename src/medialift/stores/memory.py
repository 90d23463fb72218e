"""Objects in this process's memory: the reference store, and the stand-in for tests."""

from __future__ import annotations

import hashlib
import io
import itertools
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from medialift.errors import (
    AlreadyExistsError,
    DigestMismatchError,
    NotFoundError,
    PreconditionError,
    StoreError,
    UnsupportedError,
)
from medialift.stores.base import Body, Download, Folder
from medialift.stores.bodies import read_all
from medialift.stores.deleting import one_by_one
from medialift.stores.headers import kept_headers
from medialift.stores.keycheck import check_key, check_prefix
from medialift.types import NO_HEADERS, ETag, Headers, ObjectInfo, Stored, StoreIdentity, Traits

MEMORY_TRAITS = Traits(
    atomic_create=True,
    atomic_multipart_create=True,
    etag=ETag.MD5,
    checked_digests=frozenset({"content-md5"}),
    multipart_threshold=0,
)


@dataclass(frozen=True, slots=True)
class _Object:
    data: bytes
    etag: str
    headers: Headers
    modified: datetime

    def info(self, key: str, headers: Headers = NO_HEADERS) -> ObjectInfo:
        return ObjectInfo(
            key, len(self.data), etag=self.etag, modified=self.modified, fingerprint=self.etag, headers=headers
        )


class MemoryDownload(io.BytesIO):
    """An open object of a :class:`MemoryStore`."""

    def __init__(self, data: bytes, info: ObjectInfo) -> None:
        super().__init__(data)
        self.info = info


class MemoryStore:
    """The simplest store that keeps the whole contract; safe to share between threads.

    It behaves as its *traits* say, so that tests can ask for a service without atomic creation,
    with opaque ETags, without headers, or with its own rules for keys. With *part_size* (bytes),
    larger bodies get the ETag and the ``part_size`` of a multipart upload.
    """

    def __init__(
        self, container: str = "memory", *, part_size: int | None = None, traits: Traits = MEMORY_TRAITS
    ) -> None:
        self.identity = StoreIdentity("memory", container)
        self.traits = traits
        if part_size is not None:
            self.traits = replace(traits, part_size=part_size, multipart_threshold=part_size)
        self._objects: dict[str, _Object] = {}
        self._lock = threading.Lock()
        self._versions = itertools.count(1)

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        self._check("put", key)
        if if_absent and not self.traits.atomic_create:
            raise UnsupportedError("the store cannot create atomically", **self._where("put", key))
        data = read_all(body)
        if md5 is not None and md5 != _md5(data):
            raise DigestMismatchError("the body's MD5 is another", **self._where("put", key))
        kept = kept_headers(headers, self.traits, **self._where("put", key))
        stored = self._store(key, data, kept if self.traits.keeps_headers else NO_HEADERS, if_absent)
        return Stored(key, len(data), etag=stored.etag, part_size=self._part_size(data))

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        found = self._find("get", key)
        if if_match is not None and if_match != found.etag:
            raise PreconditionError("the object is another version", **self._where("get", key))
        end = None if length is None else start + length
        return MemoryDownload(found.data[start:end], found.info(key, found.headers))

    def head(self, key: str) -> ObjectInfo:
        found = self._find("head", key)
        return found.info(key, found.headers)

    def delete(self, key: str) -> None:
        self._check("delete", key)
        with self._lock:
            self._objects.pop(key, None)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return one_by_one(self.delete, keys)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        check_prefix(prefix, self.traits.key_rules, operation="list", store=str(self.identity))
        folder = f"{prefix}/" if prefix else ""
        with self._lock:
            below = [key for key in self._objects if key.startswith(folder)]
        for key in sorted(below, key=str.encode):
            found = self._objects.get(key)
            if found is not None and key.encode() > after.encode():
                yield found.info(key)

    def list_folder(self, prefix: str = "") -> Folder:
        folders: dict[str, None] = {}
        objects: list[ObjectInfo] = []
        for info in self.list(prefix):
            name, slash, _ = info.key[len(prefix) + 1 if prefix else 0 :].partition("/")
            if slash:
                folders[name] = None
            else:
                objects.append(info)
        return Folder(tuple(folders), tuple(objects))

    def close(self) -> None:
        """Nothing to free: the objects live as long as the store."""

    def _check(self, operation: str, key: str) -> None:
        check_key(key, self.traits.key_rules, operation=operation, store=str(self.identity))

    def _where(self, operation: str, key: str) -> dict[str, str]:
        return {"operation": operation, "key": key, "store": str(self.identity)}

    def _find(self, operation: str, key: str) -> _Object:
        self._check(operation, key)
        found = self._objects.get(key)
        if found is None:
            raise NotFoundError("no object has this key", **self._where(operation, key))
        return found

    def _store(self, key: str, data: bytes, headers: Headers, if_absent: bool) -> _Object:
        made = _Object(data, self._etag(data), headers, datetime.now(timezone.utc))
        with self._lock:
            if if_absent and key in self._objects:
                raise AlreadyExistsError("the key is taken", **self._where("put", key))
            self._objects[key] = made
        return made

    def _part_size(self, data: bytes) -> int | None:
        threshold = self.traits.multipart_threshold
        return self.traits.part_size if threshold and len(data) > threshold else None

    def _etag(self, data: bytes) -> str:
        if self.traits.etag is ETag.OPAQUE:
            return f"v{next(self._versions)}"
        part_size = self._part_size(data)
        if part_size is None:
            return _md5(data).hex()
        if self.traits.etag is ETag.WHOLE_MD5:
            part_size -= 1  # nobody knows where the service cuts
        parts = [_md5(data[at : at + part_size]) for at in range(0, len(data), part_size)]
        return f"{_md5(b''.join(parts)).hex()}-{len(parts)}"


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()
