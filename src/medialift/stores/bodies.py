"""Reading what ``put`` is given: bytes, or a binary file from its current position."""

from __future__ import annotations

import io
from collections.abc import Iterator

from medialift.stores.base import Body

CHUNK = 1024 * 1024
"""Bytes that are read at once: large enough for any disk, small enough for any process."""


def chunks(body: Body, size: int = CHUNK) -> Iterator[bytes]:
    """The body in pieces of at most *size* bytes; what its ``read`` raises passes through."""
    file = io.BytesIO(body) if isinstance(body, bytes) else body
    while data := file.read(size):
        yield data


def read_all(body: Body) -> bytes:
    """The whole body, for bodies that are known to be small."""
    return body if isinstance(body, bytes) else b"".join(chunks(body))
