"""Reading what ``put`` is given: bytes, or a binary file from its current position."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

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


def size_of(file: BinaryIO) -> int | None:
    """Bytes from the file's position to its end; ``None`` if it cannot tell without being read."""
    try:
        if not file.seekable():
            return None
        here = file.tell()
        end = file.seek(0, os.SEEK_END)
        file.seek(here)
    except (AttributeError, OSError):
        return None
    return end - here


def begin(body: Body, limit: int) -> tuple[bytes, BinaryIO | None]:
    """The whole body and ``None`` if it has at most *limit* bytes (0: no limit), else its beginning and the rest."""
    if isinstance(body, bytes):
        return (b"", io.BytesIO(body)) if limit and len(body) > limit else (body, None)
    head = read_up_to(body, limit + 1) if limit else body.read()
    return (head, body) if limit and len(head) > limit else (head, None)


def read_up_to(file: BinaryIO, size: int) -> bytes:
    """Exactly *size* bytes, less only at the file's end: one ``read`` of a socket may give less."""
    pieces: list[bytes] = []
    while size and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def cut(head: bytes, rest: BinaryIO, part_size: int) -> Iterator[bytes]:
    """*head* and then *rest*, in parts of *part_size* bytes; only the last one may be shorter."""
    start = io.BytesIO(head)
    while part := read_up_to(start, part_size):
        yield part if len(part) == part_size else part + read_up_to(rest, part_size - len(part))
    start.close()
    while part := read_up_to(rest, part_size):
        yield part


def marked(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each chunk, and whether it is the last one: it is not sent before the body has ended well."""
    iterator = iter(chunks)
    held = next(iterator, b"")
    for chunk in iterator:
        yield held, False
        held = chunk
    yield held, True
