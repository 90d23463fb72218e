"""Every row's claim that a file exists, read in pages and without loading a single model instance.

Neither signals nor ``save()`` nor a file is touched, and no manager can hide a row. Rows that are
inserted behind the page that is being read are found by the next scan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import repeat

from django.db import connections, router

from medialift.references.fields import FileColumn
from medialift.references.row_keys import writer
from medialift.references.rows import Identities, StoreOf, named_rows, pages, rows_choose_storage
from medialift.references.tallies import FieldTally, Tallies
from medialift.storage.routes import behind, routes_of
from medialift.types import Reference, StoreIdentity


def scan(
    columns: Iterable[FileColumn],
    *,
    store_of: StoreOf,
    source: StoreIdentity,
    also: Collection[StoreIdentity] = (),
    tallies: Tallies | None = None,
    using: str | None = None,
    page_size: int = 2000,
) -> Iterator[Reference]:
    """Yield every row of *columns* whose file lies in *source* or *also* in one of these; memory holds one page.

    Where a storage has routes, each file counts as lying where its name leads.

    Each model is read from the database *using*, or from the one that the routers name for reading.
    *tallies* counts every row, also those that are empty or lie elsewhere.

    Raises :class:`~medialift.errors.RefusedError` if a row does not tell its storage, and whatever
    *store_of* raises for a storage that it does not know.
    """
    counted = Tallies() if tallies is None else tallies
    identities, wanted = Identities(store_of), {source, *also}
    for column in columns:
        reading = _Reading(using or router.db_for_read(column.model), page_size, identities, source, wanted)
        tally = counted.begin(column.label)
        if _table_is_missing(column, reading.alias):
            tally.table_missing = True
        elif rows_choose_storage(column.field):
            yield from _scan_by_row(column, tally, reading)
        else:
            yield from _scan_by_field(column, tally, reading)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a field is read: from the database ``alias``, ``size`` rows at a time, for files of ``wanted`` stores.

    ``source`` is one of these.
    """

    alias: str
    size: int
    identities: Identities
    source: StoreIdentity
    wanted: Set[StoreIdentity]


def _table_is_missing(column: FileColumn, alias: str) -> bool:
    if column.model._meta.managed:
        return False
    connection = connections[alias]
    with connection.cursor() as cursor:
        return column.model._meta.db_table not in connection.introspection.table_names(cursor, include_views=True)


def _scan_by_field(column: FileColumn, tally: FieldTally, reading: _Reading) -> Iterator[Reference]:
    """The fast lane: Django's own FieldFile always takes the field's storage, so one answers for every row."""
    field, label = column.field, column.label
    storage = field.attr_class(None, field, "").storage  # type: ignore[arg-type]
    if routes_of(storage).prefixes:
        yield from _scan_by_row(column, tally, reading)
        return
    store = reading.identities.of(storage)
    written = writer(column.model)
    for page in pages(column, reading.alias, reading.size, field.attname):
        references = [(name, label, written(pk)) for pk, name in page if name]
        tally.rows += len(page)
        tally.empty += len(page) - len(references)
        if store in reading.wanted:
            # What Reference._make does, without a Python call for every row.
            yield from map(tuple.__new__, repeat(Reference), references)
        else:
            tally.add_elsewhere(store, len(references))


def _scan_by_row(column: FileColumn, tally: FieldTally, reading: _Reading) -> Iterator[Reference]:
    identities, source, wanted, written = reading.identities, reading.source, reading.wanted, writer(column.model)
    for page in named_rows(column, reading.alias, reading.size):
        for pk, name, storage in page:
            tally.rows += 1
            if storage is None:
                tally.empty += 1
            elif (store := identities.of(behind(storage, name))) == source:
                yield Reference(name, column.label, written(pk))
            elif store in wanted:
                tally.add_also(store)
                yield Reference(name, column.label, written(pk))
            else:
                tally.add_elsewhere(store, 1)
