"""An open object of a store that is spoken to over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

from medialift.errors import MedialiftError, TruncatedBodyError
from medialift.types import ObjectInfo

Explain = Callable[[Exception], MedialiftError]
"""Turns what the driver raised into this package's error for this operation and key."""


class RawBody(Protocol):
    """What a driver's body can do."""

    def read(self, amt: int, /) -> Any: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Failures:
    """How a driver's body fails: the exceptions that it *raises*, and what they mean for this object."""

    raises: tuple[type[Exception], ...]
    explain: Explain
    where: Mapping[str, str]


class BodyDownload:
    """Reads a body and notices if it ends before *length* bytes have come."""

    def __init__(self, info: ObjectInfo, body: RawBody, length: int, failures: Failures) -> None:
        self.info = info
        self._body = body
        self._left = length
        self._failures = failures
        self._closed = False

    def read(self, size: int = -1, /) -> bytes:
        if self._closed:
            raise ValueError("this download is closed")
        if size >= 0:
            return self._read_some(size)
        return b"".join(iter(lambda: self._read_some(self._left), b""))

    def _read_some(self, size: int) -> bytes:
        if not size or not self._left:
            return b""
        try:
            data = bytes(self._body.read(min(size, self._left)))
        except self._failures.raises as error:
            raise self._failures.explain(error) from error
        self._left -= len(data)
        if not data:
            raise TruncatedBodyError(f"the body ended {self._left} bytes too early", **self._failures.where)
        return data

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._body.close()

    def __enter__(self) -> BodyDownload:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
