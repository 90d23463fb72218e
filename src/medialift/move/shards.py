"""The work of a move, cut into ranges that workers copy independently of each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from medialift.move.journal import Tally

GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Range:
    """Consecutive items of a ledger, by id, both ends included."""

    first: int
    last: int
    amount: Tally


@dataclass(frozen=True, slots=True)
class ShardSize:
    """When a range is full: after so many files or bytes, whichever comes first.

    Large enough that taking one costs nothing beside copying it, small enough that the last worker
    is not waited for long, and that little is done again after one that died.
    """

    files: int = 2000
    bytes: int = 2 * GIB


def cut(items: Iterable[tuple[int, int]], size: ShardSize) -> Iterator[Range]:
    """Ranges over *items* (id and bytes, ids ascending), which they cover exactly, in constant memory.

    Items are planned in the order of their names, so a range of ids is a range of keys, and the
    listing of a folder with a million files is shared like any other.
    """
    first = last = 0
    amount = Tally()
    for number, octets in items:
        if amount.files and (amount.files >= size.files or amount.bytes + octets > size.bytes):
            yield Range(first, last, amount)
            amount = Tally()
        first = number if not amount.files else first
        last, amount = number, amount + Tally(1, octets)
    if amount.files:
        yield Range(first, last, amount)
