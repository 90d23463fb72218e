"""A store's listing in plain lines, in the order of keys, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import chain, islice, pairwise
from operator import itemgetter, le
from typing import Any

from medialift.errors import StoreError
from medialift.move.ahead import ahead
from medialift.move.spool import spooled
from medialift.stores.base import Line, ListsPages, ObjectStore

PAGE = 1000

_key = itemgetter(0)


@contextmanager
def lines(store: ObjectStore) -> Iterator[Iterator[Sequence[Line]]]:
    """Everything in *store*, in bounded memory. A service is asked for the next page while one is worked on.

    Raises ``StoreError`` if a store that promises a sorted listing breaks its word.
    """
    # Not asked for through wrappers: what they do for a listing has to be done.
    if isinstance(store, ListsPages):
        with closing(store.lister()) as lister, ahead(lister.pages()) as pages:
            yield _sorted(pages, store)
    else:
        every = ((info.key, info.size, info.etag, info.version) for info in store.list())
        yield _sorted(_paged(every), store)


def _sorted(pages: Iterator[Sequence[Line]], store: ObjectStore) -> Iterator[Sequence[Line]]:
    if not store.traits.sorted_listing:
        return _paged(spooled(chain.from_iterable(pages)))
    return in_order(pages, store)


def _paged(every: Iterable[Any]) -> Iterator[Sequence[Line]]:
    rest = iter(every)
    while page := list(islice(rest, PAGE)):
        yield page


def in_order(pages: Iterator[Sequence[Line]], store: ObjectStore) -> Iterator[Sequence[Line]]:
    """*pages* of *store*, whose keys ascend. Raises ``StoreError`` at the first that does not."""
    last = ""
    for page in pages:
        keys = [last, *map(_key, page)]
        if not all(map(le, keys, keys[1:])):
            raise unsorted(keys, store)
        last = keys[-1]
        yield page


def unsorted(keys: Sequence[str], store: ObjectStore) -> StoreError:
    """The error for a listing that gave *keys*, which do not ascend."""
    first, second = next(pair for pair in pairwise(keys) if pair[0] > pair[1])
    return StoreError(
        f"the listing is not sorted: {second!r} came after {first!r}",
        operation="list",
        store=str(store.identity),
        hint="Report this: the store's traits promise a sorted listing.",
    )
