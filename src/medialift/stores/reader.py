"""One object as a seekable file that fetches only what is read, in bounded memory."""

from __future__ import annotations

import errno
import io
import os

from medialift.errors import TruncatedBodyError, UnavailableError
from medialift.stores.base import Download, ObjectStore

HEAD_SIZE = 64 * 1024
"""Bytes of the first request: image sizes, file types and most small files are answered by it."""
SECOND_SIZE = 1024 * 1024
"""Bytes of the second request, if reading goes on where the first ended; the third takes the rest."""


class ObjectReader(io.RawIOBase):
    """Reads one version of one object. Wrap it in ``io.BufferedReader``.

    Opening makes one small ranged request. Its bytes are kept, so going back to the start is free.
    Reading on makes few, larger requests; after a seek it starts small again. Every request asks
    for the version that the first one saw. Raises ``NotFoundError`` when opened, and
    ``PreconditionError`` when the object was replaced while it was read.
    """

    def __init__(self, store: ObjectStore, key: str) -> None:
        self._download: Download | None = None
        self._store, self._key = store, key
        with store.get(key, length=HEAD_SIZE) as download:
            self._head = download.read()
            self.info = download.info
        self._position = 0
        self._fetched = len(self._head)
        """Where the byte stands that the open or last download gives next."""
        self._range_end = self._fetched
        self._next_size: int | None = SECOND_SIZE

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.info.size}[whence]
        if start + offset < 0:
            # As a file on a disk says it: whoever looks for an end that is not there, asks for this error.
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._position = start + offset
        return self._position

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        pieces = iter(lambda: self._read(SECOND_SIZE), b"")
        return b"".join(pieces)

    def close(self) -> None:
        self._stop()
        super().close()

    def _read(self, size: int) -> bytes:
        if self.closed:
            raise ValueError("I/O operation on closed file")
        if self._position >= self.info.size:
            return b""
        data = self._head[self._position : self._position + size] or self._fetch(size)
        self._position += len(data)
        return data

    def _fetch(self, size: int) -> bytes:
        if self._position != self._fetched or self._fetched >= self._range_end:
            self._open(size)
        try:
            return self._receive(size)
        except UnavailableError:
            # A slow reader outlives many connections: go on where this one ended, once for each byte won.
            self._open(size)
            return self._receive(size)

    def _receive(self, size: int) -> bytes:
        assert self._download is not None
        data = self._download.read(min(size, self._range_end - self._fetched))
        if not data:
            raise TruncatedBodyError("the body ended early", operation="get", key=self._key)
        self._fetched += len(data)
        return data

    def _open(self, size: int) -> None:
        self._stop()
        goes_on = self._position == self._fetched
        length = self._next_size if goes_on else max(size, HEAD_SIZE)
        self._next_size = None if goes_on else SECOND_SIZE
        self._download = self._store.get(self._key, start=self._position, length=length, if_match=self.info.etag)
        self._fetched = self._position
        self._range_end = self.info.size if length is None else min(self._position + length, self.info.size)

    def _stop(self) -> None:
        if self._download is not None:
            self._download.close()
            self._download = None
