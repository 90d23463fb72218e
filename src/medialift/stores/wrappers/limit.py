"""Leaves room for others: bytes per second, and operations at once."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO, TypeVar, cast

from medialift.errors import StoreError
from medialift.stores.base import Body, Download, ObjectStore
from medialift.stores.wrappers.base import DownloadWrapper, Wrapper
from medialift.types import NO_HEADERS, Headers, ObjectInfo, Stored

T = TypeVar("T")

PIECE = 64 * 1024
"""Bytes that pass at once: at 20 MiB/s one every 3 ms."""


class Bandwidth:
    """*rate* bytes per second for everybody who shares this object, in both directions together.

    Each byte takes its own time, ``1 / rate`` seconds, and no time is saved up while nothing passes:
    *n* bytes never take less than ``n / rate`` seconds.
    """

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        if rate <= 0:
            raise ValueError("a bandwidth must be greater than zero")
        self._rate, self._clock, self._sleep = rate, clock, sleep
        self._free_at = 0.0
        self._lock = threading.Lock()

    def passed(self, size: int) -> None:
        """Return when *size* bytes more are due."""
        with self._lock:
            now = self._clock()
            self._free_at = max(now, self._free_at) + size / self._rate
            pause = self._free_at - now
        if size:
            self._sleep(pause)


class LimitStore(Wrapper):
    """Keeps within a *bandwidth*, and within a number of *operations* at once, over all threads.

    An operation counts while it waits for the service; an open download counts only while it is
    read, so a thread that holds one can go on to its next call.
    """

    def __init__(
        self, inner: ObjectStore, *, bandwidth: Bandwidth | None = None, operations: int | None = None
    ) -> None:
        super().__init__(inner)
        self._bandwidth = bandwidth
        self._slot: AbstractContextManager[object] = (
            threading.BoundedSemaphore(operations) if operations is not None else nullcontext()
        )

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        if self._bandwidth is not None:
            file = io.BytesIO(body) if isinstance(body, bytes) else body
            body = cast(BinaryIO, PacedBody(file, self._bandwidth))
        with self._slot:
            return self.inner.put(key, body, headers=headers, if_absent=if_absent, md5=md5)

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        with self._slot:
            opened = self.inner.get(key, start=start, length=length, if_match=if_match)
        return LimitDownload(opened, self._bandwidth, self._slot)

    def head(self, key: str) -> ObjectInfo:
        with self._slot:
            return self.inner.head(key)

    def delete(self, key: str) -> None:
        with self._slot:
            self.inner.delete(key)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return self._each(self.inner.delete_many(keys))

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return self._each(self.inner.list(prefix, after=after))

    def _each(self, items: Iterator[T]) -> Iterator[T]:
        done = object()
        while True:
            with self._slot:
                item = next(items, done)
            if item is done:
                return
            yield cast(T, item)


class PacedBody(io.RawIOBase):
    """A body that is read no faster than it may pass. A byte that is read again passes only once."""

    def __init__(self, file: BinaryIO, bandwidth: Bandwidth) -> None:
        self._file, self._bandwidth = file, bandwidth
        self._furthest = file.tell() if file.seekable() else None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._file.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._file.read(min(len(buffer), PIECE))
        buffer[: len(data)] = data
        self._bandwidth.passed(self._new(len(data)))
        return len(data)

    def _new(self, size: int) -> int:
        # Drivers read a body twice when they hash it before they send it.
        if self._furthest is None:
            return size
        before, self._furthest = self._furthest, max(self._furthest, self._file.tell())
        return self._furthest - before


class LimitDownload(DownloadWrapper):
    """A download that is read no faster than it may pass, by no more readers at once than there are slots."""

    def __init__(self, opened: Download, bandwidth: Bandwidth | None, slot: AbstractContextManager[object]) -> None:
        super().__init__(opened)
        self._bandwidth, self._slot = bandwidth, slot

    def read(self, size: int = -1, /) -> bytes:
        if size >= 0:
            return self._read(min(size, PIECE))
        return b"".join(iter(lambda: self._read(PIECE), b""))

    def _read(self, size: int) -> bytes:
        with self._slot:
            data = self._open.read(size)
        if self._bandwidth is not None:
            self._bandwidth.passed(len(data))
        return data
