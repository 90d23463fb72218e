"""Listings of one bucket in plain lines, several of them at once, over connections that they share."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import repeat

from medialift.stores.base import Line
from medialift.stores.s3.list_line import ListLine
from medialift.stores.s3.listing import Entries


class S3Lister:
    """:class:`~medialift.stores.base.Lister` of one bucket, for several threads.

    *entries* gives the entries of a listing after a key over a line, *line* a new one of these.
    """

    def __init__(self, entries: Callable[[str, ListLine], Iterator[Entries]], line: Callable[[], ListLine]) -> None:
        self._entries, self._line = entries, line
        self._free: list[ListLine] = []

    def pages(self, *, after: str = "") -> Generator[Sequence[Line], None, None]:
        line = self._taken()
        try:
            for page in self._entries(after, line):
                if page:
                    yield list(zip(page.keys, page.sizes, page.etags, repeat(None)))
        finally:
            self._free.append(line)

    def close(self) -> None:
        for line in self._free:
            line.close()

    def _taken(self) -> ListLine:
        try:
            return self._free.pop()
        except IndexError:
            return self._line()
