"""Tells an observer of every call: for logs, metrics, and tests that count requests."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from medialift.errors import StoreError
from medialift.stores.base import Body, Download, ObjectStore
from medialift.stores.wrappers.base import DownloadWrapper, Wrapper
from medialift.types import NO_HEADERS, Headers, ObjectInfo, Stored

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """One finished call.

    ``key`` is the prefix of a listing, and empty for ``delete_many``. ``bytes`` counts the body that
    was stored or read. ``seconds`` of a download, a listing or a ``delete_many`` go until it was
    closed or exhausted, and include what the caller did meanwhile. ``error`` is the class's name, or empty.
    """

    operation: str
    key: str
    bytes: int
    seconds: float
    error: str = ""


Observer = Callable[[Call], object]


class CallCounter:
    """An observer that counts calls and bytes by operation; may be shared between threads."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, call: Call) -> None:
        with self._lock:
            self.calls[call.operation] += 1
            self.bytes[call.operation] += call.bytes


class TraceStore(Wrapper):
    """Hands a :class:`Call` to *observer* after each call; *clock* gives seconds."""

    def __init__(
        self, inner: ObjectStore, observer: Observer, *, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        super().__init__(inner)
        self._observer, self._clock = observer, clock

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        with self._observed("put", key) as tally:
            stored = self.inner.put(key, body, headers=headers, if_absent=if_absent, md5=md5)
            tally.bytes = stored.size
        return stored

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        tally = _Tally(self._clock())
        try:
            opened = self.inner.get(key, start=start, length=length, if_match=if_match)
        except BaseException as error:
            self._tell("get", key, tally, error)
            raise
        return TracedDownload(opened, tally, lambda error: self._tell("get", key, tally, error))

    def head(self, key: str) -> ObjectInfo:
        with self._observed("head", key):
            return self.inner.head(key)

    def delete(self, key: str) -> None:
        with self._observed("delete", key):
            self.inner.delete(key)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return self._each("delete_many", "", lambda: self.inner.delete_many(keys))

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        return self._each("list", prefix, lambda: self.inner.list(prefix, after=after))

    def _each(self, operation: str, key: str, begin: Callable[[], Iterator[T]]) -> Iterator[T]:
        with self._observed(operation, key):
            yield from begin()

    @contextmanager
    def _observed(self, operation: str, key: str) -> Iterator[_Tally]:
        tally = _Tally(self._clock())
        try:
            yield tally
        except GeneratorExit:
            self._tell(operation, key, tally, None)  # a listing that nobody wanted to its end
            raise
        except BaseException as error:
            self._tell(operation, key, tally, error)
            raise
        self._tell(operation, key, tally, None)

    def _tell(self, operation: str, key: str, tally: _Tally, error: BaseException | None) -> None:
        name = type(error).__name__ if error is not None else ""
        self._observer(Call(operation, key, tally.bytes, self._clock() - tally.started, name))


@dataclass(slots=True)
class _Tally:
    started: float
    bytes: int = 0


class TracedDownload(DownloadWrapper):
    """A download whose call ends when it is closed."""

    def __init__(self, opened: Download, tally: _Tally, tell: Callable[[BaseException | None], None]) -> None:
        super().__init__(opened)
        self._tally, self._tell = tally, tell
        self._error: BaseException | None = None
        self._closed = False

    def read(self, size: int = -1, /) -> bytes:
        try:
            data = self._open.read(size)
        except BaseException as error:
            self._error = error
            raise
        self._tally.bytes += len(data)
        return data

    def close(self) -> None:
        self._open.close()
        if not self._closed:
            self._closed = True
            self._tell(self._error)
