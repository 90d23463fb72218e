"""The ledger's copies held against a listing, page by page; both are sorted by key.

Nearly always the listing says of a page what the ledger says, line after line: that is one comparison
of two lists. Only where they part, the lines are looked at one by one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from operator import itemgetter

from medialift.move.entry import PROVED
from medialift.move.journal import Copies, Copy
from medialift.stores.base import Line

SETTLED = frozenset(map(int, PROVED))
"""States of which a line that is as it should be tells enough."""

Doubt = tuple[Copy, Line | None]
"""A copy that the listing does not settle, and what it says of its key."""

_key, _etag = itemgetter(0), itemgetter(2)


def glances(
    copies: Iterable[Copies], listing: Iterable[Sequence[Line]], rereads: Callable[[str], bool] | None
) -> Iterator[tuple[Copies, Sequence[Doubt]]]:
    """What the listing settles and what it does not; holds one page of either.

    What *rereads* says yes to is never settled.
    """
    window = _Window(listing)
    for page in copies:
        same = window.alike(page) if rereads is None else 0
        if same:
            yield page[:same], ()
        if same < len(page):
            yield window.looked_at(page[same:], rereads)


class _Window:
    """The part of a listing that no page of copies has passed yet, and the lines of the key passed last.

    Two copies may share that key, and a page may end between them.
    """

    def __init__(self, listing: Iterable[Sequence[Line]]) -> None:
        self._rest = iter(listing)
        self._objects: Sequence[Line] | None = []
        self._at = 0
        self._passed: Sequence[Line] = ()

    def alike(self, page: Copies) -> int:
        """How many of *page*, from its beginning, are settled by the listing's next lines; passes these."""
        lines, done = page.lines, 0
        # No ETag is never the same as none.
        if not SETTLED.issuperset(page.states) or None in map(_etag, lines):
            return 0
        while self._objects is not None:
            size = min(len(self._objects) - self._at, len(lines) - done)
            if lines[done : done + size] != self._objects[self._at : self._at + size]:
                break
            done, self._at = done + size, self._at + size
            if done == len(lines):
                break
            self._objects, self._at = next(self._rest, None), 0
        self._passed = lines[done - 1 : done] if done else self._passed
        return done

    def looked_at(self, page: Copies, rereads: Callable[[str], bool] | None) -> tuple[Copies, Sequence[Doubt]]:
        """What of *page* is settled and what is not, wherever its lines are; passes them."""
        wanted, last = set(page.lines), page.lines[-1][0]
        keys: set[str] = set()
        same, others = wanted.intersection(self._passed), {line[0]: line for line in self._passed}
        objects = None if self._objects is None else self._objects[self._at :]
        while objects is not None:
            found = wanted.intersection(objects)
            same |= found
            if len(found) < len(objects):
                keys = keys or set(map(_key, page.lines))
                others.update((line[0], line) for line in objects if line[0] in keys)
            if objects and objects[-1][0] >= last:
                break  # and of these some may belong to the next page
            objects = next(self._rest, None)
        self._pass(objects, last)
        seen = [copy for copy in page if copy.line in same and copy.line[2] is not None and copy.state in SETTLED]
        if rereads is not None:
            seen = [copy for copy in seen if not rereads(copy.name)]
        return Copies.of(seen, page.generation), _doubts(page, seen, same, others)

    def _pass(self, objects: Sequence[Line] | None, last: str) -> None:
        known = objects or ()
        self._objects, self._at = objects, bisect_right(known, last, key=_key)
        still = [line for line in self._passed if line[0] == last]
        self._passed = [*still, *known[bisect_left(known, last, key=_key) : self._at]]


def _doubts(page: Copies, seen: Sequence[Copy], same: Set[Line], others: Mapping[str, Line]) -> Sequence[Doubt]:
    if len(seen) == len(page):
        return ()
    settled = {copy.number for copy in seen}
    known = {line[0]: line for line in same} | dict(others)
    doubted = (copy for copy in page if copy.number not in settled)
    return [(copy, copy.line if copy.line in same else known.get(copy.line[0])) for copy in doubted]
