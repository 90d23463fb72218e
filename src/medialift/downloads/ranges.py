"""The part of a file that a browser asks for (RFC 9110, section 14)."""

from __future__ import annotations

import re
from typing import NamedTuple

MOST = 16
"""More ranges than any player or reader asks for at once; a header with more is not obeyed."""

_ONE = re.compile(r"[ \t]*([0-9]*)-([0-9]*)[ \t]*")


class Range(NamedTuple):
    """Bytes *start* to *end* of a file, *end* included."""

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start + 1

    def header(self, size: int) -> str:
        """The value of Content-Range."""
        return f"bytes {self.start}-{self.end}/{size}"


class UnsatisfiableError(ValueError):
    """None of the ranges lies in the file."""


def ranges_of(header: str, size: int) -> list[Range]:
    """What a Range header asks of a file of *size* bytes; empty if it is to be ignored, and all of it sent.

    Ignored are other units, broken syntax, too many ranges, and ranges that together are larger than
    the file (RFC 9110, section 14.2, allows it). Raises :class:`UnsatisfiableError`.
    """
    unit, equals, listed = header.partition("=")
    words = [word for word in listed.split(",") if word.strip(" \t")]
    if unit.strip().lower() != "bytes" or not equals or not 0 < len(words) <= MOST:
        return []
    found: list[Range] = []
    for word in words:
        match = _ONE.fullmatch(word)
        if not match or match[0].strip(" \t") == "-" or len(match[0]) > 60:
            return []
        if match[1] and match[2] and int(match[1]) > int(match[2]):
            return []
        if (one := _within(match[1], match[2], size)) is not None:
            found.append(one)
    if not found:
        raise UnsatisfiableError(header)
    return found if len(found) == 1 or sum(one.length for one in found) <= size else []


def _within(first: str, last: str, size: int) -> Range | None:
    """The part of ``first-last`` that lies in the file; ``None`` if no byte of it does."""
    if not first:
        length = min(int(last), size)
        return Range(size - length, size - 1) if length else None
    start = int(first)
    return Range(start, min(int(last), size - 1) if last else size - 1) if start < size else None
