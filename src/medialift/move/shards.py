"""The work of a move, cut into ranges that workers copy independently of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from medialift.move.journal import Tally

MIB, GIB = 1024**2, 1024**3


@dataclass(frozen=True, slots=True)
class Range:
    """Consecutive items of a ledger, by id, both ends included."""

    first: int
    last: int
    amount: Tally


@dataclass(frozen=True, slots=True)
class ShardSize:
    """When a range is full: after so many files or bytes, whichever comes first.

    Large enough that taking one costs nothing beside copying it, small enough that little is done
    again after a worker that died.
    """

    files: int = 2000
    bytes: int = 2 * GIB


LEAST = ShardSize(files=200, bytes=64 * MIB)
"""Taking a smaller range would cost too much beside copying it: about two round trips, in which little is under way."""
SPREAD = 32
"""The share of what is left that one range may have, as a divisor."""

Sizes = Callable[[Tally], ShardSize]
"""How large the range may be that comes after so much has been cut."""


def even(size: ShardSize) -> Sizes:
    """Every range alike."""
    return lambda cut_off: size


def tapering(amount: Tally, most: ShardSize = ShardSize()) -> Sizes:
    """Ranges of an *amount* that get smaller towards its end, so that all workers end at about the same time.

    With ranges all alike, one worker may begin its last one when the others have just ended theirs. How many
    workers there will be nobody knows here: each range takes a fixed share of what is left (guided self-scheduling:
    Polychronopoulos and Kuck, 1987).
    """

    def size(done: Tally) -> ShardSize:
        files, octets = (amount.files - done.files) // SPREAD, (amount.bytes - done.bytes) // SPREAD
        return ShardSize(min(most.files, max(LEAST.files, files)), min(most.bytes, max(LEAST.bytes, octets)))

    return size


def cut(items: Iterable[tuple[int, int]], sizes: Sizes) -> Iterator[Range]:
    """Ranges over *items* (id and bytes, ids ascending), which they cover exactly, in constant memory.

    Items are planned in the order of their names, so a range of ids is a range of keys, and the
    listing of a folder with a million files is shared like any other.
    """
    first = last = 0
    amount = done = Tally()
    size = sizes(done)
    for number, octets in items:
        if amount.files and (amount.files >= size.files or amount.bytes + octets > size.bytes):
            yield Range(first, last, amount)
            done += amount
            amount, size = Tally(), sizes(done)
        first = number if not amount.files else first
        last, amount = number, amount + Tally(1, octets)
    if amount.files:
        yield Range(first, last, amount)
