"""The bulk driver's downloads, read as any other body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


class Chunks:
    """A driver's stream of pieces as a body that is read by size."""

    def __init__(self, pieces: Iterable[Any]) -> None:
        self._pieces: Iterator[Any] | None = iter(pieces)
        self._rest = memoryview(b"")

    def read(self, amt: int, /) -> memoryview:
        if not self._rest and self._pieces is not None:
            self._rest = memoryview(next(self._pieces, b""))
        data, self._rest = self._rest[:amt], self._rest[amt:]
        return data

    def close(self) -> None:
        # The driver closes the connection with the last reference to its stream.
        self._pieces, self._rest = None, memoryview(b"")
