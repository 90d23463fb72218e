"""The ledger's copies and what their target lists, side by side, the listing in several places at once.

A listing tells with each page where the next one begins, so that page after page costs a round trip. Here the ledger
knows the keys: what lies between two of them is asked for beside what lies between the next two. Where the service is
near, its pages take no longer to come than to be read, and one listing is the cheaper way.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from operator import itemgetter

from medialift.move.ahead import ahead
from medialift.move.journal import Copies
from medialift.move.lines import in_order, lines
from medialift.move.stopwatch import Stopwatch
from medialift.stores.base import Line, Lister, ListsPages, ObjectStore

AT_ONCE = 4
"""Places of the listing that are read at once."""
DEPTH = 6
"""Pages of a listing that wait at each of them: a page of copies comes to five, so that none waits for another."""
AHEAD = 2 * AT_ONCE
"""Pages of copies that may have been read and not looked at yet."""
FAR = 0.01
"""Seconds of waiting for the first page from which on a service counts as far."""

_key = itemgetter(0)


@contextmanager
def beside(copies: Iterable[Copies], store: ObjectStore) -> Iterator[tuple[Iterator[Copies], Iterator[Sequence[Line]]]]:
    """*copies*, and of *store* what it lists up to the last of them, both sorted by key and in bounded memory.

    *copies* are read in this thread, a few pages ahead. Raises ``StoreError`` as :func:`lines` does.
    """
    if isinstance(store, ListsPages) and store.traits.sorted_listing:
        with closing(store.lister()) as lister, closing(_Ranges(iter(copies), lister)) as ranges:
            yield ranges.copies(), in_order(ranges.listing(), store)
    else:
        with lines(store) as listing:
            yield iter(copies), listing


class _Ranges:
    """A range of keys for each page of copies: from the last key of the page before to its own last one.

    Once there is no use in that, the rest is one range, or none. The threads that read only ever turn
    ``_one_is_enough`` and ``_has_ended`` on.
    """

    def __init__(self, copies: Iterator[Copies], lister: Lister) -> None:
        self._rest, self._lister = copies, lister
        self._read: deque[Copies] = deque()
        self._begun: deque[_Range] = deque()
        self._last = ""
        self._is_first_known = threading.Event()
        self._one_is_enough = self._has_ended = False
        self._is_all_begun = False

    def copies(self) -> Iterator[Copies]:
        while self._read or self._begin():
            yield self._read.popleft()

    def listing(self) -> Iterator[Sequence[Line]]:
        while True:
            while len(self._begun) < AT_ONCE and not self._is_all_begun and self._begin():
                pass
            if not self._begun:
                return
            yield from self._begun[0].pages
            self._begun.popleft().close()

    def close(self) -> None:
        with ExitStack() as stack:
            for begun in self._begun:
                stack.callback(begun.close)

    def _begin(self) -> bool:
        """Read a page of copies, and begin to list what lies beside it; false if there is none."""
        if self._last:
            self._is_first_known.wait()
        page = next(self._rest, None)
        if page is None:
            return False
        self._read.append(page)
        last = _key(page.lines[-1])
        if last > self._last and not self._is_all_begun:
            self._list_up_to(last)
        return True

    def _list_up_to(self, last: str) -> None:
        # Where a stretch of keys is missing, page after page of copies is read to find what follows it.
        is_rest = self._one_is_enough or len(self._read) > AHEAD
        self._is_all_begun = is_rest or self._has_ended
        if not self._has_ended:
            self._begun.append(_Range(self._between(self._last, None if is_rest else last)))
        self._last = last

    def _between(self, after: str, last: str | None) -> Iterator[Sequence[Line]]:
        """The listing after *after*, up to *last*. In a thread of its own."""
        stopwatch, is_whole = Stopwatch(), False
        try:
            with closing(self._lister.pages(after=after)) as pages:
                for page in pages:
                    if not self._is_first_known.is_set():
                        self._one_is_enough = stopwatch.waited() < FAR
                        self._is_first_known.set()
                    elif after and _key(page[0]) <= after:
                        self._one_is_enough = True  # every range is read from the beginning
                    is_whole = last is not None and _key(page[-1]) >= last
                    if wanted := _within(page, after, last):
                        yield wanted
                    if is_whole:
                        return
        finally:
            # Whatever has ended it, the listing or an error: there is nothing to be asked for beyond.
            self._has_ended = self._has_ended or not is_whole
            self._is_first_known.set()


def _within(page: Sequence[Line], after: str, last: str | None) -> Sequence[Line]:
    first = bisect_right(page, after, key=_key) if _key(page[0]) <= after else 0
    if last is None or _key(page[-1]) <= last:
        return page[first:] if first else page
    return page[first : bisect_right(page, last, key=_key)]


class _Range:
    """A part of a listing that is being read."""

    def __init__(self, pages: Iterator[Sequence[Line]]) -> None:
        self._stack = ExitStack()
        self.pages = self._stack.enter_context(ahead(pages, depth=DEPTH))

    def close(self) -> None:
        self._stack.close()
