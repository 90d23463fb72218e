"""Pieces that several reports are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timezone

from medialift.move.journal import Tally
from medialift.report import units
from medialift.report.table import columns, cut, printable, shorten
from medialift.report.values import Pair, Place, Rows


def tally(amount: Tally) -> str:
    """``16,480 files, 12.0 GiB``."""
    return f"{units.plural(amount.files, 'file')}, {units.size(amount.bytes)}"


def moment(at: datetime) -> str:
    """``2026-11-20 09:45 UTC``."""
    return at.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def ends(pairs: Sequence[Pair], width: int) -> list[str]:
    """From where to where, in two lines for each pair."""
    sides = [side for pair in pairs for side in _sides(pair)]
    labels = [f"{label:<4}  {place.alias or '(no alias)'}" for label, place in sides]
    said = [printable(str(place.identity)) for _, place in sides]
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


def elsewhere(fields: Mapping[str, Rows], what: str) -> Iterator[tuple[str, str]]:
    """Rows that name files of other stores, which *what* leaves alone; nothing where there are none."""
    found = {name: rows.elsewhere for name, rows in fields.items() if rows.elsewhere}
    if found:
        rows = units.plural(sum(found.values()), "row")
        yield "Elsewhere", f"{rows} of other storages, not in this {what}: {', '.join(sorted(found))}"


def notes(said: Iterable[str], width: int) -> list[str]:
    """What no count shows."""
    return [line for note in said for line in wrap(f"Note: {printable(note)}", width)]


def wrap(text: str, width: int) -> list[str]:
    """*text* in lines of at most *width* columns, broken at spaces; longer words are shortened."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and columns(lines[-1]) + 1 + columns(word) > width:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else shorten(word, width)
    return lines


def examples(named: Sequence[tuple[str, str]], width: int) -> list[str]:
    """One line for each file and what is wrong with it; long names give way, reasons are cut at their end."""
    longest = max((columns(printable(name)) for name, _ in named), default=0)
    room = min(longest, width // 2)
    return [_example(printable(name), printable(reason), room, width) for name, reason in named]


def _example(name: str, reason: str, room: int, width: int) -> str:
    shown = shorten(name, room)
    return cut(f"  {shown}{' ' * (room - columns(shown))}  {reason}".rstrip(), width)
