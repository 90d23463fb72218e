"""Does again what may work the second time."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from typing import BinaryIO, TypeVar, cast

from medialift.errors import AlreadyExistsError, StoreError, ThrottledError
from medialift.stores.base import Body, Download, ObjectStore
from medialift.stores.wrappers.base import DownloadWrapper, Wrapper
from medialift.types import NO_HEADERS, Headers, ObjectInfo, Stored

T = TypeVar("T")

DELETE_BATCH = 1_000
"""Keys that are deleted again together if a request fails: what S3 deletes in one."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often to try, and how long to wait in between.

    Pauses are drawn at random from zero to a bound that doubles each time, so that many clients who
    failed together do not come back together ("full jitter", AWS Architecture Blog, 2015). What the
    service itself asks for comes on top. *first* and *longest* are seconds.
    """

    attempts: int = 5
    first: float = 0.2
    longest: float = 30.0

    def goes_on(self, failures: int, error: StoreError) -> bool:
        """Whether to try again after the *failures*-th failure in a row.

        A service that asks for a pause beyond *longest* is not waited for.
        """
        return error.retryable and failures < self.attempts and _wish(error) <= self.longest

    def pause(self, failures: int, error: StoreError) -> float:
        """Seconds to wait before that."""
        bound = min(self.longest, self.first * 2 ** (failures - 1))
        return _wish(error) + random.uniform(0, bound)  # noqa: S311 - jitter needs no secrecy


class RetryStore(Wrapper):
    """Repeats what failed with a ``retryable`` error, then tells.

    A body is sent again from where it started if it is bytes or can seek; one that cannot seek is
    sent again only if nothing of it was read. A download that breaks goes on from where it was, in
    the same version of the object; a listing goes on after its last key.

    After a repeated create (``if_absent=True``) an ``AlreadyExistsError`` may mean our own object,
    whose first answer was lost. Telling the two apart is left to the caller, or to a driver that
    marks its creates; the error's hint says so.
    """

    def __init__(
        self, inner: ObjectStore, backoff: Backoff | None = None, *, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        super().__init__(inner)
        self._backoff = backoff or Backoff()
        self._sleep = sleep

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        replay = _replayable(body)
        for failures in count(1):
            try:
                return self.inner.put(key, replay.body(), headers=headers, if_absent=if_absent, md5=md5)
            except StoreError as error:
                if isinstance(error, AlreadyExistsError) and failures > 1:
                    error.hint = "An earlier attempt's answer was lost: the object may be this one. Compare them."
                if not replay.possible:
                    raise
                self.wait(failures, error)
        raise AssertionError("unreachable")

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        def reopen(offset: int, version: str | None) -> Download:
            rest = None if length is None else length - offset
            return self.inner.get(key, start=start + offset, length=rest, if_match=version)

        opened = self._repeat(lambda: reopen(0, if_match))
        return RetryDownload(opened, reopen, self.wait)

    def head(self, key: str) -> ObjectInfo:
        return self._repeat(lambda: self.inner.head(key))

    def delete(self, key: str) -> None:
        self._repeat(lambda: self.inner.delete(key))

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        rest = iter(keys)
        while batch := list(islice(rest, DELETE_BATCH)):
            yield from self._delete_batch(batch)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        failures, last = 0, after
        while True:
            try:
                for info in self.inner.list(prefix, after=last):
                    yield info
                    failures, last = 0, info.key
                return
            except StoreError as error:
                if last != after and not self.traits.sorted_listing:
                    raise  # nobody knows what is still to come
                failures += 1
                self.wait(failures, error)

    def wait(self, failures: int, error: StoreError) -> None:
        """Sleep, or raise *error* if it is not to be tried again."""
        if not self._backoff.goes_on(failures, error):
            raise error
        self._sleep(self._backoff.pause(failures, error))

    def _repeat(self, call: Callable[[], T]) -> T:
        for failures in count(1):
            try:
                return call()
            except StoreError as error:
                self.wait(failures, error)
        raise AssertionError("unreachable")

    def _delete_batch(self, keys: Sequence[str]) -> Iterator[StoreError]:
        for failures in count(1):
            errors = self._repeat(partial(self._errors, keys))
            again = [error for error in errors if self._backoff.goes_on(failures, error)]
            yield from (error for error in errors if not self._backoff.goes_on(failures, error))
            if not again:
                return
            self.wait(failures, again[0])
            keys = [error.key for error in again]

    def _errors(self, keys: Sequence[str]) -> Sequence[StoreError]:
        return tuple(self.inner.delete_many(keys))


class RetryDownload(DownloadWrapper):
    """A download that goes on where it broke, if the object is still the one that was opened."""

    def __init__(
        self,
        opened: Download,
        reopen: Callable[[int, str | None], Download],
        wait: Callable[[int, StoreError], None],
    ) -> None:
        super().__init__(opened)
        self._reopen, self._wait = reopen, wait
        self._position = 0

    def read(self, size: int = -1, /) -> bytes:
        if size >= 0:
            return self._read(size)
        return b"".join(iter(lambda: self._read(io.DEFAULT_BUFFER_SIZE * 128), b""))

    def _read(self, size: int) -> bytes:
        for failures in count(1):
            try:
                if failures > 1:
                    self._open = self._reopen(self._position, self.info.etag)
                data = self._open.read(size)
            except StoreError as error:
                self._open.close()
                if self.info.etag is None:
                    raise  # without a version, the rest could be another object's
                self._wait(failures, error)
            else:
                self._position += len(data)
                return data
        raise AssertionError("unreachable")


def _wish(error: StoreError) -> float:
    """The seconds that the service asks for, if it does."""
    return (error.retry_after or 0.0) if isinstance(error, ThrottledError) else 0.0


# ── sending a body again ─────────────────────────────────────────────────────────────────────


class _Bytes:
    possible = True

    def __init__(self, data: bytes) -> None:
        self._data = data

    def body(self) -> Body:
        return self._data


class _Seekable:
    possible = True

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._start = file, file.tell()

    def body(self) -> Body:
        self._file.seek(self._start)
        return self._file


class _OneWay(io.RawIOBase):
    """Passes a stream on, and knows whether anything was read from it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.possible = True

    def body(self) -> Body:
        return cast(BinaryIO, self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self.possible = False
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _replayable(body: Body) -> _Bytes | _Seekable | _OneWay:
    if isinstance(body, bytes):
        return _Bytes(body)
    return _Seekable(body) if body.seekable() else _OneWay(body)
