"""Bodies that misbehave as real files and sockets do, and short forms of putting and getting."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator
from typing import BinaryIO, cast

from medialift.errors import InvalidKeyError
from medialift.stores.base import ObjectStore
from medialift.stores.keycheck import check_key


class BodyError(Exception):
    """What a body raises that cannot be read to its end."""


class OneWay(io.RawIOBase):
    """A body that cannot seek and answers a ``read`` with less than was asked for, as a socket does."""

    def __init__(self, data: bytes, piece: int = 7_000) -> None:
        self._rest = io.BytesIO(data)
        self._piece = piece

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._rest.read(min(len(buffer), self._piece))
        buffer[: len(data)] = data
        return len(data)


class Breaking(OneWay):
    """A body that gives its bytes and then raises :class:`BodyError` instead of ending."""

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = super().readinto(buffer)
        if not count and len(buffer):
            raise BodyError("the disk of the source has failed")
        return count


def one_way(data: bytes) -> BinaryIO:
    return cast(BinaryIO, OneWay(data))


def breaking(data: bytes) -> BinaryIO:
    return cast(BinaryIO, Breaking(data))


def pattern(size: int, seed: int = 0) -> bytes:
    """*size* bytes that do not repeat, the same for the same *seed*."""
    return random.Random(seed).randbytes(size)


def md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def fetch(store: ObjectStore, key: str, *, start: int = 0, length: int | None = None) -> bytes:
    with store.get(key, start=start, length=length) as download:
        return download.read()


def keys_of(store: ObjectStore, prefix: str = "", *, after: str = "") -> list[str]:
    return [info.key for info in store.list(prefix, after=after)]


def holds(store: ObjectStore, key: str) -> bool:
    """Whether the store's rules promise that it holds *key* exactly."""
    try:
        check_key(key, store.traits.key_rules)
    except InvalidKeyError:
        return False
    return True


def causes(error: BaseException) -> Iterator[BaseException]:
    """*error* and everything that led to it."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
