"""Failures staged on a real store: the call, the key and the moment are chosen by the test.

::

    store = FaultyStore(MemoryStore())
    store.stage("put", Fail(UnavailableError), key="photos/cat.jpg")       # its first put fails
    store.stage("get", Flip(at=100), call=3, times=2)                      # the 3rd and 4th download are wrong
    store.stage("put", LoseAnswer(UnavailableError))                       # stored, but nobody is told
"""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from medialift.errors import StoreError, TruncatedBodyError
from medialift.stores.base import Body, Download, ObjectStore
from medialift.stores.bodies import read_all
from medialift.stores.wrappers.base import DownloadWrapper, Wrapper
from medialift.types import NO_HEADERS, Headers, ObjectInfo, Stored

Error = type[StoreError] | BaseException
"""An error class of ours, raised with the call's operation, key and store; or any exception as it is."""


@dataclass(frozen=True, slots=True)
class Where:
    """The call that a fault strikes."""

    operation: str
    key: str
    store: str

    def error(self, error: Error) -> BaseException:
        if isinstance(error, BaseException):
            return error
        return error("staged", operation=self.operation, key=self.key, store=self.store)


class Fault:
    """What may go wrong around one call; by itself nothing does."""

    def before(self, where: Where) -> None:
        """Strike before the store is asked."""

    def sent(self, body: Body) -> Body:
        """The body that arrives."""
        return body

    def received(self, opened: Download, where: Where) -> Download:
        """The download that is handed out."""
        return opened

    def after(self, where: Where) -> None:
        """Strike when the store has done it, before the caller is told."""


@dataclass(frozen=True)
class Fail(Fault):
    """Nothing is done, and *error* is raised."""

    error: Error

    def before(self, where: Where) -> None:
        raise where.error(self.error)


@dataclass(frozen=True)
class LoseAnswer(Fault):
    """It is done, and *error* is raised all the same."""

    error: Error

    def after(self, where: Where) -> None:
        raise where.error(self.error)


@dataclass(frozen=True)
class Truncate(Fault):
    """Only the first *at* bytes arrive, and nobody says so."""

    at: int

    def sent(self, body: Body) -> Body:
        return read_all(body)[: self.at]

    def received(self, opened: Download, where: Where) -> Download:
        return Doctored(opened, _drained(opened)[: self.at])


@dataclass(frozen=True)
class CutOff(Fault):
    """The connection breaks after *at* bytes of a download, and is noticed."""

    at: int

    def received(self, opened: Download, where: Where) -> Download:
        data = _drained(opened)
        if len(data) <= self.at:
            return Doctored(opened, data)
        return Doctored(opened, data[: self.at], where.error(TruncatedBodyError))


@dataclass(frozen=True)
class Flip(Fault):
    """All bytes arrive; the lowest bit of the one at *at* is another."""

    at: int = 0

    def sent(self, body: Body) -> Body:
        return self._flipped(read_all(body))

    def received(self, opened: Download, where: Where) -> Download:
        return Doctored(opened, self._flipped(_drained(opened)))

    def _flipped(self, data: bytes) -> bytes:
        return data[: self.at] + bytes(byte ^ 1 for byte in data[self.at : self.at + 1]) + data[self.at + 1 :]


@dataclass(frozen=True)
class Slow(Fault):
    """The call takes *seconds* longer."""

    seconds: float
    sleep: Callable[[float], object] = time.sleep

    def before(self, where: Where) -> None:
        self.sleep(self.seconds)


@dataclass(frozen=True)
class Die(Fault):
    """The process is killed, as by ``kill -9``: before the call, or when it is done and nobody was told."""

    when_done: bool = False

    def before(self, where: Where) -> None:
        if not self.when_done:
            os.kill(os.getpid(), signal.SIGKILL)

    def after(self, where: Where) -> None:
        if self.when_done:
            os.kill(os.getpid(), signal.SIGKILL)


class Doctored(DownloadWrapper):
    """A download of other bytes, which may end in an error."""

    def __init__(self, opened: Download, data: bytes, error: BaseException | None = None) -> None:
        super().__init__(opened)
        self._data, self._error = io.BytesIO(data), error

    def read(self, size: int = -1, /) -> bytes:
        self._open.read(0)  # a closed download still says so
        data = self._data.read(size)
        if self._error is not None and size != 0 and (size < 0 or not data):
            raise self._error
        return data


def _drained(opened: Download) -> bytes:
    return opened.read()


@dataclass(slots=True)
class _Staged:
    operation: str
    fault: Fault
    key: str | None
    waits: int
    left: int | None

    def strikes(self, operation: str, key: str) -> bool:
        if operation != self.operation or self.key not in (None, key) or self.left == 0:
            return False
        if self.waits:
            self.waits -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True


class FaultyStore(Wrapper):
    """A real store on which failures are staged. Each object of a listing, and each key of a
    ``delete_many``, counts as one call; a staged error of ours is then that key's error.
    """

    def __init__(self, inner: ObjectStore) -> None:
        super().__init__(inner)
        self._staged: list[_Staged] = []
        self._lock = threading.Lock()

    def stage(
        self, operation: str, fault: Fault, *, key: str | None = None, call: int = 1, times: int | None = 1
    ) -> None:
        """Let *fault* strike *operation* (of *key* only, if given) from its *call*-th call on, *times* times
        (``None``: for ever). Of several faults for one call the first that was staged strikes."""
        with self._lock:
            self._staged.append(_Staged(operation, fault, key, call - 1, times))

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        fault, where = self._next("put", key)
        fault.before(where)
        stored = self.inner.put(key, fault.sent(body), headers=headers, if_absent=if_absent, md5=md5)
        fault.after(where)
        return stored

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        fault, where = self._next("get", key)
        fault.before(where)
        opened = self.inner.get(key, start=start, length=length, if_match=if_match)
        try:
            fault.after(where)
            return fault.received(opened, where)
        except BaseException:
            opened.close()
            raise

    def head(self, key: str) -> ObjectInfo:
        fault, where = self._next("head", key)
        fault.before(where)
        info = self.inner.head(key)
        fault.after(where)
        return info

    def delete(self, key: str) -> None:
        fault, where = self._next("delete", key)
        fault.before(where)
        self.inner.delete(key)
        fault.after(where)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        for key in keys:
            fault, where = self._next("delete_many", key)
            try:
                fault.before(where)
                yield from self.inner.delete_many([key])
                fault.after(where)
            except StoreError as error:
                yield error

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        for info in self.inner.list(prefix, after=after):
            fault, where = self._next("list", info.key)
            fault.before(where)
            yield info

    def _next(self, operation: str, key: str) -> tuple[Fault, Where]:
        with self._lock:
            fault = next((staged.fault for staged in self._staged if staged.strikes(operation, key)), Fault())
        return fault, Where(operation, key, str(self.identity))
