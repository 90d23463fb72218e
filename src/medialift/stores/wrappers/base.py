"""What every wrapper does until it says otherwise: pass each verb on to the store inside."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from types import TracebackType
from typing import Any

from medialift.errors import StoreError
from medialift.stores.base import Body, Download, ObjectStore
from medialift.types import NO_HEADERS, Headers, ObjectInfo, Stored


class Wrapper:
    """A store around another store. ``capability()`` looks through it along ``inner``."""

    lacks: Container[type[Any]] = frozenset()

    def __init__(self, inner: ObjectStore) -> None:
        self.inner = inner
        self.identity = inner.identity
        self.traits = inner.traits

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        return self.inner.put(key, body, headers=headers, if_absent=if_absent, md5=md5)

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        return self.inner.get(key, start=start, length=length, if_match=if_match)

    def head(self, key: str) -> ObjectInfo:
        return self.inner.head(key)

    def delete(self, key: str) -> None:
        self.inner.delete(key)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return self.inner.delete_many(keys)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return self.inner.list(prefix, after=after)

    def close(self) -> None:
        self.inner.close()


class DownloadWrapper:
    """An open object around another."""

    def __init__(self, opened: Download) -> None:
        self.info = opened.info
        self._open = opened

    def read(self, size: int = -1, /) -> bytes:
        return self._open.read(size)

    def close(self) -> None:
        self._open.close()

    def __enter__(self) -> Download:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AllBut(Container[type[Any]]):
    """Every ability but the named ones: what is not known to be harmless is withheld."""

    def __init__(self, *abilities: type[Any]) -> None:
        self._abilities = frozenset(abilities)

    def __contains__(self, ability: object) -> bool:
        return ability not in self._abilities
