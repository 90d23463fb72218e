"""The items' table: many rows in one statement, without a model instance for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.constants import OnConflict

from medialift.ledger.codec import COLUMNS
from medialift.models import Item

KEY = ("pair", "name_digest")
WRITTEN = (*COLUMNS, "updated")
"""What an upsert overwrites; ``gen`` belongs to the live move and is left alone."""
INSERTED = (*KEY, "gen", *WRITTEN)

ROWS_PER_STATEMENT = 1000


def items(alias: str, pair: int) -> QuerySet[Item]:
    return QuerySet(model=Item, using=alias).filter(pair_id=pair)


def by_digest(alias: str, pair: int, digests: Sequence[bytes]) -> Iterator[QuerySet[Item]]:
    """The items of *digests*, in as many querysets as the database's limit of parameters asks for."""
    limit = connections[alias].features.max_query_params
    size = limit - 10 if limit else ROWS_PER_STATEMENT
    for start in range(0, len(digests), size):
        yield items(alias, pair).filter(name_digest__in=digests[start : start + size])


def upsert(alias: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert *rows* (values of :data:`INSERTED`), or overwrite what another one with the same key holds."""
    connection = connections[alias]
    limit = connection.features.max_query_params
    size = min(ROWS_PER_STATEMENT, limit // len(INSERTED)) if limit else ROWS_PER_STATEMENT
    remaining = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(remaining, size)):
            cursor.execute(_statement(alias, len(chunk)), list(chain.from_iterable(chunk)))


def _statement(alias: str, rows: int) -> str:
    operations = connections[alias].ops
    fields = [Item._meta.get_field(name) for name in INSERTED]
    columns = ", ".join(operations.quote_name(_column(field)) for field in fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    suffix = operations.on_conflict_suffix_sql(
        fields, OnConflict.UPDATE, [_column_of(name) for name in WRITTEN], [_column_of(name) for name in KEY]
    )
    table = operations.quote_name(Item._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([one] * rows)} {suffix}"  # noqa: S608 - quoted


def _column_of(name: str) -> str:
    return _column(Item._meta.get_field(name))


def _column(field: Any) -> str:
    column: str = field.column
    return column
