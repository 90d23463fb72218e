"""Bytes into and out of a Django Storage."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import IO, Any

from medialift.errors import TruncatedBodyError
from medialift.stores.base import Body
from medialift.stores.bodies import CHUNK, chunks
from medialift.types import ObjectInfo

IN_MEMORY = 8 * 1024 * 1024
"""Bytes of one body that are held in memory; larger ones go to a temporary file."""


@contextmanager
def spooled(body: Body) -> Iterator[tuple[IO[bytes], bytes]]:
    """The whole body as a file at its start, and its MD5: a body that breaks never reaches the storage."""
    digest = hashlib.md5(usedforsecurity=False)
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        for data in chunks(body):
            digest.update(data)
            file.write(data)
        file.seek(0)
        yield file, digest.digest()


class StorageDownload:
    """An open file of a storage: at most *length* bytes from *start*. *errors* makes the block that translates."""

    def __init__(
        self,
        file: Any,
        info: ObjectInfo,
        start: int,
        length: int | None,
        errors: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self.info = info
        self._file, self._errors, self._closed = file, errors, False
        self._rest = max(0, info.size - start if length is None else min(length, info.size - start))
        if start and self._rest:
            self._skip(start)

    def read(self, size: int = -1, /) -> bytes:
        if size >= 0:
            return self._read(min(size, self._rest))
        return b"".join(iter(lambda: self._read(min(CHUNK, self._rest)), b""))

    def close(self) -> None:
        self._closed = True
        self._file.close()

    def __enter__(self) -> StorageDownload:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, size: int) -> bytes:
        if self._closed:
            raise ValueError("I/O operation on closed file")
        with self._errors():
            data = bytes(self._file.read(size)) if size else b""
            if size and not data:
                raise TruncatedBodyError("the file ended early", operation="get", key=self.info.key)
        self._rest -= len(data)
        return data

    def _skip(self, count: int) -> None:
        """Go forward by seeking, or by reading where the storage's file cannot seek."""
        with self._errors():
            if getattr(self._file, "seekable", lambda: False)():
                self._file.seek(count)
                return
            while count and (data := self._file.read(min(count, CHUNK))):
                count -= len(data)
