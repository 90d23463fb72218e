"""Pieces that several reports are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from medialift.move.journal import Tally
from medialift.report import units
from medialift.report.table import columns, printable, shorten
from medialift.report.values import Pair, Place

NAME_COLUMNS = 44
"""Names in lists of problems keep this many columns, so that the reasons stand in a column."""


def tally(amount: Tally) -> str:
    """``16,480 files, 12.0 GiB``."""
    return f"{units.plural(amount.files, 'file')}, {units.size(amount.bytes)}"


def ends(pair: Pair, width: int) -> list[str]:
    """From where to where, in two lines."""
    labels = [f"{label:<4}  {place.alias or '(no alias)'}" for label, place in _sides(pair)]
    said = [printable(str(place.identity)) for _, place in _sides(pair)]
    return facts(list(zip(labels, said, strict=True)), width)


def _sides(pair: Pair) -> tuple[tuple[str, Place], tuple[str, Place]]:
    return ("From", pair.source), ("To", pair.target)


def facts(rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """``label  what is to be said``, the sentences wrapped under themselves."""
    left = max((columns(label) for label, _ in rows), default=0)
    return [line for label, text in rows for line in _fact(label, text, left, width)]


def _fact(label: str, text: str, left: int, width: int) -> Iterable[str]:
    lines = wrap(text, width - left - 2)
    yield f"{label:<{left}}  {lines[0]}"
    for line in lines[1:]:
        yield " " * (left + 2) + line


def wrap(text: str, width: int) -> list[str]:
    """*text* in lines of at most *width* columns, broken at spaces; longer words are shortened."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and columns(lines[-1]) + 1 + columns(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else shorten(word, width)
    return lines


def example(name: str, reason: str, width: int) -> str:
    """One file with what is wrong with it, in one line."""
    shown = shorten(printable(name), NAME_COLUMNS if reason else width - 2)
    gap = " " * max(2, NAME_COLUMNS - columns(shown) + 2)
    return shorten(f"  {shown}{gap}{printable(reason)}".rstrip(), width)
