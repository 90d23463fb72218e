"""A file that somebody offers, before anything of it is stored."""

from __future__ import annotations

import enum
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, cast

from django.core.files.base import File
from django.db.models.fields.files import FieldFile

HEAD = 64 * 1024
"""Bytes that are kept of a file's start."""

_PASSED = "_medialift_passed"


class Needs(enum.IntEnum):
    """How much of a file there has to be before it can be judged."""

    NAME = 1
    """Its name and size: what a browser tells before it sends anything."""
    HEAD = 2
    """Its first bytes too."""
    WHOLE = 3
    """All of it, in a file that can be read from any place."""


class Candidate:
    """A file's name, its size in bytes, and its bytes as far as there are any.

    *file* is an open binary file that can seek, or any file of Django's; it is given back at the
    place where it was. With *head* alone, the first bytes, only rules that need no more can judge.
    *storage* is where the file is to go, if that is known.
    """

    def __init__(
        self, name: str, size: int, file: IO[bytes] | File[Any] | None = None, *, head: bytes = b"", storage: Any = None
    ) -> None:
        self.name, self.size, self.storage = name, size, storage
        self._file = file
        self._head = head

    @classmethod
    def of(cls, value: Any) -> Candidate | None:
        """The candidate that *value* is: one itself, or a file. ``None`` for one that was judged when it was stored."""
        if isinstance(value, Candidate):
            return value
        if isinstance(value, FieldFile):
            if not value or getattr(value, "_committed", True) or getattr(value, "was_looked_at", False):
                return None
            return cls(str(value.name), value.file.size, value.file, storage=value.storage)
        file = value if hasattr(value, "size") else File(value)
        return cls(os.path.basename(str(file.name or "")), file.size, file)

    @property
    def offers(self) -> Needs:
        """How much of the file there is."""
        if self._file is not None:
            return Needs.WHOLE
        return Needs.HEAD if self._head or self.size == 0 else Needs.NAME

    def head(self, count: int = HEAD) -> bytes:
        """The first bytes, at most *count* of them."""
        if self._file is not None and len(self._head) < min(count, self.size):
            with self.opened() as file:
                self._head = _read(file, count)
        return self._head[:count]

    def tail(self, count: int) -> bytes:
        """The last bytes, at most *count* of them."""
        with self.opened() as file:
            file.seek(max(0, self.size - count))
            return _read(file, count)

    def has_passed(self, rule: object) -> bool:
        """Whether this very file, at this size, has passed an equal rule: in the form, on its way to the model."""
        return any(size == self.size and rule == passed for size, passed in getattr(self._file, _PASSED, ()))

    def remember(self, rule: object) -> None:
        """Note on the file that it has passed *rule*, where it can hold a note."""
        with suppress(AttributeError):
            setattr(self._file, _PASSED, [*getattr(self._file, _PASSED, ()), (self.size, rule)])

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The file, at its start; afterwards it stands where it stood before."""
        if self._file is None:
            raise ValueError("this candidate has no file to open")
        file: Any = self._file
        if getattr(file, "closed", False) and isinstance(file, File):
            file.open()
        before = file.tell()
        file.seek(0)
        try:
            yield _binary(file)
        finally:
            file.seek(before)


def _binary(file: Any) -> IO[bytes]:
    """*file*, or its UTF-8 bytes where it is text."""
    if isinstance(file.read(1), str):
        file.seek(0)
        return io.BytesIO(file.read().encode())
    file.seek(0)
    return cast("IO[bytes]", file)


def _read(file: IO[bytes], count: int) -> bytes:
    """Up to *count* bytes, also from files that give less than they are asked for."""
    data = bytearray()
    while len(data) < count and (piece := file.read(count - len(data))):
        data += piece
    return bytes(data)
