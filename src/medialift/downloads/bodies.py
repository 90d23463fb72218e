"""A file's bytes, a little at a time, for servers that wait and for those that do not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass

from asgiref.sync import sync_to_async

from medialift.stores.base import Download, ObjectStore

CHUNK = 128 * 1024
"""Bytes that one download holds in memory."""


@dataclass(frozen=True)
class Part:
    """Some text to send, and then *length* bytes of the object from *start*."""

    before: bytes
    start: int
    length: int


class Body:
    """Sends parts of one version of one object. Closed by the response, however that ends."""

    def __init__(self, store: ObjectStore, key: str, etag: str | None, parts: Sequence[Part], end: bytes = b"") -> None:
        self._store, self._key, self._etag = store, key, etag
        self._parts, self._end = parts, end
        self._download: Download | None = None

    @classmethod
    def of_open(cls, download: Download, store: ObjectStore, key: str) -> Body:
        """All of an object that is open already: no second request."""
        body = cls(store, key, None, [Part(b"", 0, download.info.size)])
        body._download = download
        return body

    @property
    def length(self) -> int:
        return sum(len(part.before) + part.length for part in self._parts) + len(self._end)

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            if part.before:
                yield part.before
            download = self._download or self._open(part)
            while data := download.read(CHUNK):
                yield data
            self.close()
        if self._end:
            yield self._end

    def _open(self, part: Part) -> Download:
        self._download = self._store.get(self._key, start=part.start, length=part.length, if_match=self._etag)
        return self._download

    def close(self) -> None:
        if self._download is not None:
            self._download.close()
            self._download = None


class AsyncBody:
    """The same for an event loop: every read happens in a thread, and one chunk is held at a time."""

    def __init__(self, body: Body) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = iter(self._body)
        while data := await sync_to_async(_next, thread_sensitive=False)(chunks):
            yield data

    def close(self) -> None:
        self._body.close()


def _next(chunks: Iterator[bytes]) -> bytes:
    return next(chunks, b"")
