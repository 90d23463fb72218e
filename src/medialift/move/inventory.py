"""The first stage: what the source has and what the rows say, side by side, in order of names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter

from medialift.errors import InvalidKeyError
from medialift.keys import clean_name, collision_key
from medialift.move.ordered import Listed, joined
from medialift.move.spool import Record, Spool, spooled
from medialift.types import Found, ObjectInfo, OutOfReach, Reference, Unlisted

Look = Callable[[str], ObjectInfo | Unlisted | None]
"""A second look for a name that a listing does not show; see :class:`~medialift.stores.finding.Finds`."""

Rows = Mapping[str, int]
"""How many rows name a file, by field (``app_label.Model.field``)."""

NO_ROWS: Rows = {}

PAGE = 1000

_first = itemgetter(0)

_DOUBTFUL = ("//", "/.", "/\n", "\n/", "\n.", "\n\n", "\0")
"""Without one of these between and around names, all of them are clean."""


def inventory(
    listing: Iterable[Listed],
    references: Iterable[Reference],
    *,
    lookup: Look = lambda name: None,
) -> Iterator[Found]:
    """Join a listing of the source with every row's reference; one ``Found`` per name, sorted by name.

    *lookup* is asked once more for a file that rows name and the listing lacks: it may have come
    since, lie on a disk that ignores case, or where the site can read it and no listing shows it.
    """
    for name, info, rows in joined(listing, count_rows(references)):
        if rows is None:
            yield Found(name, info, NO_ROWS)
            continue
        found = info or lookup(name)
        yield Found(name, None, rows, found) if isinstance(found, Unlisted) else Found(name, found, rows)


def missing(
    listing: Iterable[Listed],
    references: Iterable[Reference],
    *,
    lookup: Look = lambda name: None,
) -> Iterator[Reference | OutOfReach]:
    """Every row whose file the source does not have, sorted by name; told apart what the site can read all the same."""
    records = spooled((_place(row.name), row.field, row.pk, row.name) for row in references)
    for name, info, rows in joined(listing, groupby(records, key=_first)):
        if info is not None or rows is None:
            continue
        found, told = lookup(name), (Reference(written, field, pk) for _, field, pk, written in rows)
        if isinstance(found, Unlisted) and found.readable:
            yield from (OutOfReach(row, found.reason) for row in told)
        elif not isinstance(found, ObjectInfo):
            yield from told


def count_rows(references: Iterable[Reference]) -> Iterator[tuple[str, Rows]]:
    """The references by name, counted by field, sorted by name."""
    spool, rest = Spool(), iter(references)
    while page := list(islice(rest, PAGE)):
        spool.extend([(name, field) for name, field, _ in page] if _are_places(page) else list(map(_placed, page)))
    single: dict[str, Rows] = {}
    for name, group in groupby(spool.drain(), key=_first):
        yield name, _counted(group, single)


def _are_places(page: Sequence[Reference]) -> bool:
    """Whether each name is one that means what it says, in one look at all of them; a doubt is a no."""
    names = "\n".join(["", *[row.name for row in page], ""])
    return not any(sign in names for sign in _DOUBTFUL)


def _placed(row: Reference) -> Record:
    return _place(row.name), row.field


def _counted(group: Iterator[Record], single: dict[str, Rows]) -> Rows:
    # Counted as they come: one default picture may be named by every row of a site.
    (_, field), another = next(group), next(group, None)
    if another is None:
        return single.setdefault(field, {field: 1})
    return dict(Counter(chain((field, another[1]), (more for _, more in group))))


def collisions(found: Iterable[Found], groups: Callable[[tuple[str, ...]], None]) -> Iterator[Found]:
    """Pass *found* on; at its end tell *groups* the names that are one where case and Unicode form are ignored."""
    spool, rest, may_collide = Spool(), iter(found), False
    while page := list(islice(rest, PAGE)):
        names = [item.name for item in page]
        together = "\n".join(names)
        if together.isascii() and together == together.lower():
            keys = names
        else:
            keys, may_collide = list(map(collision_key, names)), True
        spool.extend(list(zip(keys, names, strict=True)))
        yield from page
    if may_collide:
        _tell_groups(spool.drain(), groups)


def _tell_groups(records: Iterator[Record], groups: Callable[[tuple[str, ...]], None]) -> None:
    last, names = "", list[str]()
    for key, name in records:
        if key == last:
            names.append(name)
            continue
        if len(names) > 1:
            groups(tuple(names))
        last, names = key, [name]
    if len(names) > 1:
        groups(tuple(names))


def _place(name: str) -> str:
    """What a row's name means as a place in a store; a name that means none stays as it is, and is missing."""
    try:
        return clean_name(name)
    except InvalidKeyError:
        return name
