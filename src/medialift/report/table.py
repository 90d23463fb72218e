"""Columns of text that fit a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

GAP = "  "


def columns(text: str) -> int:
    """How many columns *text* takes: wide East Asian characters and emoji take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def printable(name: str) -> str:
    """*name* as it may be shown: control characters, lone surrogates and bidirectional marks are escaped.

    Names come from uploads: none of them may move the cursor, colour the screen or break a line.
    """
    return "".join(char if char.isprintable() else _escape(char) for char in name)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def shorten(text: str, width: int) -> str:
    """*text* in at most *width* columns; the middle goes first, because both ends of a name tell it apart."""
    if columns(text) <= width:
        return text
    tail = _head(text[::-1], (width - 1) // 2)[::-1]
    return _head(text, width - 1 - columns(tail)) + "…" + tail


def cut(text: str, width: int) -> str:
    """*text* in at most *width* columns; the end goes first."""
    return text if columns(text) <= width else _head(text, width - 1) + "…"


def _head(text: str, width: int) -> str:
    used, end = 0, 0
    for char in text:
        used += columns(char)
        if used > width:
            break
        end += 1
    return text[:end]


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, width: int) -> list[str]:
    """Lines of at most *width* columns: the first column gives way, the numbers after it stand right."""
    lines = [header, *rows]
    numbers = [max(columns(line[place]) for line in lines) for place in range(1, len(header))]
    left = width - sum(len(GAP) + number for number in numbers)
    first = min(max(columns(line[0]) for line in lines), max(left, 1))
    return [_line(line, first, numbers) for line in lines]


def _line(line: Sequence[str], first: int, numbers: Sequence[int]) -> str:
    head = shorten(line[0], first)
    cells = [" " * (number - columns(cell)) + cell for cell, number in zip(line[1:], numbers, strict=True)]
    return GAP.join([head + " " * (first - columns(head)), *cells]).rstrip()
