"""The items' table: many rows in one statement, without a model instance for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

DIGESTS_PER_QUERY = 5000


def items(alias: str, pair: int) -> QuerySet[Item]:
    return QuerySet(model=Item, using=alias).filter(pair_id=pair)


def by_digest(alias: str, pair: int, digests: Sequence[bytes]) -> Iterator[QuerySet[Item]]:
    """The items of *digests*, in as many querysets as the database's limit of parameters asks for."""
    limit = connections[alias].features.max_query_params
    size = limit - 10 if limit else DIGESTS_PER_QUERY
    for start in range(0, len(digests), size):
        yield items(alias, pair).filter(name_digest__in=digests[start : start + size])


def upsert(alias: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert *rows* (values of :data:`INSERTED`), or overwrite what another one with the same key holds."""
    if not rows:
        return
    connection = connections[alias]
    if connection.vendor == "postgresql":
        _upsert_columns(connection, [list(column) for column in zip(*rows, strict=True)])
    else:
        statement = _statement(connection, f"VALUES ({', '.join(['%s'] * len(INSERTED))})")
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def _upsert_columns(connection: Any, columns: Sequence[list[Any]]) -> None:
    """One array per column, sent in binary form where the driver can: psycopg 3, on a cursor of its own.

    Measured with 1,000 rows: 64 µs a row, 5 of them in this process. Arrays of text take 132 and 22,
    a VALUES list 199 and 13.
    """
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    if is_psycopg3:
        from psycopg import Cursor

        with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
            cursor.execute(_statement(connection, _unnested(connection, "%b")), columns)
    else:
        with connection.cursor() as cursor:
            cursor.execute(_statement(connection, _unnested(connection, "%s")), columns)


def _statement(connection: Any, values: str) -> str:
    operations = connection.ops
    fields = [_field(name) for name in INSERTED]
    columns = ", ".join(operations.quote_name(field.column) for field in fields)
    suffix = operations.on_conflict_suffix_sql(
        fields, OnConflict.UPDATE, [_field(name).column for name in WRITTEN], [_field(name).column for name in KEY]
    )
    table = operations.quote_name(Item._meta.db_table)
    return f"INSERT INTO {table} ({columns}) {values} {suffix}"


def _unnested(connection: Any, mark: str) -> str:
    arrays = (f"{mark}::{_field(name).db_type(connection)}[]" for name in INSERTED)
    return f"SELECT * FROM UNNEST({', '.join(arrays)})"  # noqa: S608 - nothing in it comes from outside


def _field(name: str) -> Any:
    return Item._meta.get_field(name)
