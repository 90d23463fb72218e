"""Reading what ``put`` is given: bytes, or a binary file from its current position."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from functools import partial
from typing import BinaryIO, Protocol, cast, runtime_checkable

from medialift.stores.base import Body

CHUNK = 1024 * 1024
"""Bytes that are read at once: large enough for any disk, small enough for any process."""


@runtime_checkable
class Fills(Protocol):
    """A file or a download that writes into memory that is there already.

    Under a name of its own, not ``readinto``: a file that overrides ``read`` alone often inherits one that passes
    it by, as Django's ``File`` does.
    """

    def fill(self, buffer: memoryview, /) -> int:
        """Write into *buffer* from its start, and tell how many bytes; none only at the end."""


class Reads(Protocol):
    """What :func:`fill` reads from."""

    def read(self, size: int = -1, /) -> bytes: ...


def fill(file: Reads, buffer: memoryview) -> int:
    """Fill *buffer* from *file*; fewer bytes only at its end."""
    into = file.fill if isinstance(file, Fills) else partial(_copy, file)
    filled = 0
    while filled < len(buffer) and (count := into(buffer[filled:])):
        filled += count
    return filled


def _copy(file: Reads, buffer: memoryview) -> int:
    data = file.read(min(len(buffer), CHUNK))
    buffer[: len(data)] = data
    return len(data)


class Buffers:
    """Memory for parts of bodies, *size* bytes each, which is used again once a part was sent; for any thread.

    New memory for every part would have to be cleared by the kernel: that takes as long as reading the file.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._free: list[bytearray] = []

    def filled(self, file: Reads) -> memoryview:
        """The next part of *file*: shorter only at its end, and empty behind it."""
        try:
            part = memoryview(self._free.pop())
        except IndexError:
            part = memoryview(bytearray(self.size))
        return part[: fill(file, part)]

    def give_back(self, part: memoryview) -> None:
        """Take the memory of a part that nobody needs any more."""
        self._free.append(cast("bytearray", part.obj))


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
    if isinstance(file, _Continued):
        return file.left()
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
    """The whole body and ``None`` if it has at most *limit* bytes (0: no limit), else nothing and a file of it.

    Nothing is read of a file that can tell its size, and is larger. The one that is given holds what was
    read to find out, and lets go of it as it is read: whoever sends a large body does not keep its
    beginning for as long as that takes.
    """
    if isinstance(body, bytes):
        return (b"", io.BytesIO(body)) if limit and len(body) > limit else (body, None)
    if limit and (size_of(body) or 0) > limit:
        return b"", cast("BinaryIO", _Continued(b"", body))
    head = read_up_to(body, limit + 1) if limit else body.read()
    if limit and len(head) > limit:
        return b"", cast("BinaryIO", _Continued(head, body))
    return head, None


class _Continued(io.RawIOBase):
    """A file of which the *head* was read already: it comes first, then the *rest*."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int = -1, /) -> bytes:
        if not self._head:
            return self._rest.read(size)
        if size < 0:
            head, self._head = self._head, b""
            return head + self._rest.read()
        data, self._head = self._head[:size], self._head[size:]
        return data

    def fill(self, buffer: memoryview, /) -> int:
        if not self._head:
            return fill(self._rest, buffer)
        count = min(len(buffer), len(self._head))
        buffer[:count], self._head = self._head[:count], self._head[count:]
        return count

    def left(self) -> int | None:
        """Bytes to the end; ``None`` if the rest cannot tell."""
        rest = size_of(self._rest)
        return None if rest is None else len(self._head) + rest

    def seekable(self) -> bool:
        told = getattr(self._rest, "seekable", None)
        return told is not None and bool(told())

    def tell(self) -> int:
        return self._rest.tell() - len(self._head)

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        here = self.tell()
        self._head = b""
        return self._rest.seek(here + offset) if whence == os.SEEK_CUR else self._rest.seek(offset, whence)

    def close(self) -> None:
        """The body belongs to whoever gave it."""
        self._head = b""


def read_up_to(file: BinaryIO, size: int) -> bytes:
    """Exactly *size* bytes, less only at the file's end: one ``read`` of a socket may give less."""
    pieces: list[bytes] = []
    while size and (piece := file.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def cut(head: bytes, rest: BinaryIO, part_size: int) -> Iterator[bytes]:
    """*head* and then *rest*, in parts of *part_size* bytes; only the last one may be shorter.

    Nothing is kept of a part that was given.
    """
    file = cast("BinaryIO", _Continued(head, rest)) if head else rest
    return iter(lambda: read_up_to(file, part_size), b"")


def marked(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each chunk, and whether it is the last one: it is not sent before the body has ended well."""
    iterator = iter(chunks)
    held = next(iterator, b"")
    for chunk in iterator:
        yield held, False
        held = chunk
    yield held, True
