"""Refuses every write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from medialift.errors import ReadOnlyError, StoreError
from medialift.stores.base import (
    Body,
    ListsFolders,
    ObjectStore,
    PublicUrls,
    ReadsPaths,
    Signs,
    SignsMany,
    TellsUnlisted,
    TellsWriting,
    capability,
)
from medialift.stores.finding import Finds
from medialift.stores.limits import TellsLimits
from medialift.stores.resizing import ImageUrls
from medialift.stores.wrappers.base import AllBut, Wrapper
from medialift.types import NO_HEADERS, Headers, Stored

READING = (
    Finds, ImageUrls, ListsFolders, PublicUrls, ReadsPaths, SignsMany, TellsLimits, TellsUnlisted, TellsWriting,
)  # fmt: skip
"""Abilities that change nothing. Those that are not named here do not pass, so that a new one cannot slip through."""

HARMLESS_METHODS = frozenset({"GET", "HEAD"})


class ReadOnlyStore(Wrapper):
    """Reads as the store inside does, and writes nothing; URLs are signed for reading only."""

    def __init__(self, inner: ObjectStore) -> None:
        super().__init__(inner)
        self._signer = capability(inner, Signs)
        self.lacks = AllBut(*READING, Signs) if self._signer else AllBut(*READING)

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        raise self._refusal("put", key)

    def delete(self, key: str) -> None:
        raise self._refusal("delete", key)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return (self._refusal("delete_many", key) for key in keys)

    def signed_url(self, key: str, *, expires: timedelta, method: str = "GET", **options: Any) -> str:
        if self._signer is None or method not in HARMLESS_METHODS:
            raise self._refusal("signed_url", key)
        return self._signer.signed_url(key, expires=expires, method=method, **options)

    def _refusal(self, operation: str, key: str) -> ReadOnlyError:
        return ReadOnlyError("the store was opened for reading", operation=operation, key=key, store=str(self.identity))
