"""An open object of an S3 store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Protocol

from medialift.errors import MedialiftError, TruncatedBodyError
from medialift.stores.s3.errors import DRIVER_ERRORS
from medialift.types import ObjectInfo

Explain = Callable[[Exception], MedialiftError]
"""Turns what the driver raised into this package's error for this operation and key."""


class RawBody(Protocol):
    """What a driver's body can do."""

    def read(self, amt: int | None = ..., /) -> Any: ...

    def close(self) -> None: ...


class S3Download:
    """Reads a body and notices if it ends early.

    *length* is the number of bytes that must come; *where* is told in errors.
    """

    def __init__(
        self, info: ObjectInfo, body: RawBody, length: int, explain: Explain, where: Mapping[str, str]
    ) -> None:
        self.info = info
        self._body = body
        self._left = length
        self._explain = explain
        self._where = where
        self._closed = False

    def read(self, size: int = -1, /) -> bytes:
        if self._closed:
            raise ValueError("this download is closed")
        if size == 0 or not self._left:
            return b""
        try:
            data: bytes = self._body.read(self._left if size < 0 else min(size, self._left))
        except (*DRIVER_ERRORS, OSError) as error:
            raise self._explain(error) from error
        self._left -= len(data)
        if self._left and (size < 0 or not data):
            raise TruncatedBodyError(f"the body ended {self._left} bytes too early", **self._where)
        return data

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._body.close()

    def __enter__(self) -> S3Download:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
