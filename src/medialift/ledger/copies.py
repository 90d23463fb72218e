"""What a verification needs of the items, in the order of their keys, without sorting them.

Items are written in the order of their names, so the ledger is a few ascending stretches: one for each
plan that found something new. Where a stretch begins is found by one look at the keys; then all of them
are read side by side and merged. Keys that differ from their names (escaped, or renamed) make stretches
of their own; only where these are too many, what they hold is sorted on disk.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import chain, islice, repeat
from operator import le

from django.db.models import Q, QuerySet

from medialift.ledger.codec import all_decoded, decoded
from medialift.ledger.table import all_items, numbered, pages
from medialift.models import Item
from medialift.move.entry import PROVED
from medialift.move.journal import Copies, Copy
from medialift.move.spool import Spool
from medialift.stores.base import Line
from medialift.types import State

PAGE = 5000
MOST_STRETCHES = 24
"""Stretches that are read side by side: each holds a page of rows in memory."""

JUDGED = Q(state__in=sorted(PROVED)) | Q(state=State.FAILED, sha256__isnull=False, next_fingerprint__isnull=True)
"""What was copied, and what was found bad since and is to be judged again."""

Stretch = tuple[int, int]
"""Ids of the first and the last item, both included."""


def _key(copy: Copy) -> str:
    return copy.line[0]


def copies(alias: str, pair: int) -> Iterator[Copies]:
    """Pages of all that a verification judges, sorted by key, in bounded memory."""
    judged = all_items(alias, pair).filter(JUDGED, sha256__isnull=False)
    plain, own = judged.filter(key__isnull=True), judged.filter(key__isnull=False)
    streams = [stream for rows, column in ((plain, "name"), (own, "key")) for stream in _sorted(alias, rows, column)]
    if len(streams) == 1:
        yield from streams[0]
        return
    merged = heapq.merge(*(chain.from_iterable(pages) for pages in streams), key=_key)
    while page := list(islice(merged, PAGE)):
        yield Copies.of(page)


Pages = Iterator[Copies]


def _sorted(alias: str, rows: QuerySet[Item], column: str) -> list[Pages]:
    stretches = _stretches(alias, rows, column)
    if len(stretches) <= MOST_STRETCHES:
        return [_read(alias, rows, column, first, last) for first, last in stretches]
    return [_spooled(_read(alias, rows, column))]


def _stretches(alias: str, rows: QuerySet[Item], column: str) -> list[Stretch]:
    """The ascending stretches of *rows*; once they are too many, some of them."""
    found: list[list[int]] = []
    last = b""
    for page in pages(alias, rows, "pk", column, size=PAGE):
        keys = [bytes(key) for _, key in page]
        if found and last <= keys[0] and all(map(le, keys, keys[1:])):
            found[-1][1] = page[-1][0]
        else:
            for (number, _), key in zip(page, keys, strict=True):
                if not found or key < last:
                    found.append([number, number])
                found[-1][1], last = number, key
        last = keys[-1]
        if len(found) > MOST_STRETCHES:
            break
    return [(first, end) for first, end in found]


def _read(alias: str, rows: QuerySet[Item], column: str, first: int = 1, end: int | None = None) -> Pages:
    columns = ("pk", "size", "etag", "md5", "state", "name", *(("key",) if column == "key" else ()))
    for page in pages(alias, rows, *columns, size=PAGE, first=first, end=end):
        numbers, sizes, etags, md5s, states, *texts = zip(*page, strict=True)
        named = list(map(all_decoded, texts))  # the names, and the keys where they are others
        yield Copies(numbers, named[0], _lines(named[-1], sizes, etags, md5s), states)


def unchanged(alias: str, copies: Copies) -> Sequence[int]:
    """The numbers of those that were COPIED and of which the ledger still says the line that it said then."""
    rows = numbered(alias, copies.open(), "id", "name", "key", "size", "etag", "md5")
    if not rows:
        return ()
    numbers, names, own, sizes, etags, md5s = zip(*rows, strict=True)
    keys = [decoded(name if key is None else key) for name, key in zip(names, own, strict=True)]
    lines = dict(zip(numbers, _lines(keys, sizes, etags, md5s), strict=True))
    return [number for number, line in zip(copies.numbers, copies.lines, strict=True) if lines.get(number) == line]


Stored = bytes | memoryview | None


def _lines(
    keys: Sequence[str], sizes: Sequence[int], etags: Sequence[Stored], md5s: Sequence[Stored]
) -> Sequence[Line]:
    """What a listing without versions says of each object if it is still the one that was copied."""
    return list(zip(keys, sizes, _tags(etags, md5s), repeat(None), strict=False))


def _tags(etags: Sequence[Stored], md5s: Sequence[Stored]) -> Sequence[str | None]:
    """The ETag of each object: its own, or its MD5 in hexadecimal."""
    told = [etag for etag in etags if etag is not None]
    if len(told) == len(etags):
        return [etag or None for etag in all_decoded(told)]
    return [_tag(etag, md5) for etag, md5 in zip(etags, md5s, strict=True)]


def _tag(etag: Stored, md5: Stored) -> str | None:
    if etag is None:
        return md5.hex() if md5 else None
    return decoded(etag) or None


def _spooled(pages: Pages) -> Pages:
    spool = Spool()
    for copy in chain.from_iterable(pages):
        spool.add((_key(copy), tuple(copy)))
    sorted_ = spool.drain()
    while page := list(islice(sorted_, PAGE)):
        yield Copies.of(Copy(*copy) for _, copy in page)
