"""Tells what would be written, and writes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from medialift.errors import AlreadyExistsError, DigestMismatchError, NotFoundError, StoreError, UnsupportedError
from medialift.stores.base import Body, ObjectStore
from medialift.stores.bodies import chunks
from medialift.stores.deleting import one_by_one
from medialift.stores.keycheck import check_key
from medialift.stores.wrappers.base import AllBut, Wrapper
from medialift.stores.wrappers.readonly import READING
from medialift.types import NO_HEADERS, Headers, Stored


@dataclass(frozen=True, slots=True)
class Write:
    """One write that was not done. ``size`` is in bytes, 0 for a deletion."""

    operation: str
    key: str
    size: int = 0


class DryRunStore(Wrapper):
    """Hands each write to *tell* instead of doing it.

    A write fails as the real one would where that can be seen from here: a key that the store cannot
    hold, a taken key, a wrong digest. Bodies are read to their end. Reading shows the store as it
    is: what was only told is not there. Abilities that could write do not pass.
    """

    lacks = AllBut(*READING)

    def __init__(self, inner: ObjectStore, tell: Callable[[Write], object]) -> None:
        super().__init__(inner)
        self._tell = tell

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        self._check("put", key)
        if if_absent:
            self._require_absent(key)
        size, digest = 0, hashlib.md5(usedforsecurity=False)
        for data in chunks(body):
            size += len(data)
            digest.update(data)
        if md5 is not None and md5 != digest.digest():
            raise DigestMismatchError("the body's MD5 is another", **self._where("put", key))
        self._tell(Write("put", key, size))
        return Stored(key, size)

    def delete(self, key: str) -> None:
        self._check("delete", key)
        self._tell(Write("delete", key))

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return one_by_one(self.delete, keys)

    def _check(self, operation: str, key: str) -> None:
        check_key(key, self.traits.key_rules, operation=operation, store=str(self.identity))

    def _require_absent(self, key: str) -> None:
        if not self.traits.atomic_create:
            raise UnsupportedError("the store cannot create atomically", **self._where("put", key))
        try:
            self.inner.head(key)
        except NotFoundError:
            return
        raise AlreadyExistsError("the key is taken", **self._where("put", key))

    def _where(self, operation: str, key: str) -> dict[str, str]:
        return {"operation": operation, "key": key, "store": str(self.identity)}
