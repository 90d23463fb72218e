"""The body of an answer that is read by size."""

from __future__ import annotations

import httpx

from medialift.stores.download import RawBody

PIECE = 64 * 1024


class Pieces(RawBody):
    """A response's pieces as a body that is read by size."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._pieces = response.iter_raw(PIECE)
        self._rest = memoryview(b"")

    def read(self, amt: int, /) -> memoryview:
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        data, self._rest = self._rest[:amt], self._rest[amt:]
        return data

    def close(self) -> None:
        self._response.close()
