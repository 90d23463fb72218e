"""The items' table: many rows in one statement, without a model instance for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.db import connections
from django.db.models import F, Max, QuerySet
from django.db.models.constants import OnConflict

from medialift.ledger.codec import COLUMNS
from medialift.ledger.database import persistently
from medialift.models import Item
from medialift.types import State

KEY = ("pair", "name_digest")
WRITTEN = (*COLUMNS, "updated")
"""What an upsert overwrites; ``gen`` belongs to the live move and is left alone."""
INSERTED = (*KEY, "gen", *WRITTEN)

DIGESTS_PER_QUERY = 5000
LONGEST_STRETCH = 1_000_000
"""Numbers that one query for a page looks through at most."""


def items(alias: str, pair: int) -> QuerySet[Item]:
    """The items of one pair, for those who look for some of them by their digests."""
    return QuerySet(model=Item, using=alias).filter(pair_id=pair)


def all_items(alias: str, pair: int) -> QuerySet[Item]:
    """The same for those who go through all of them, or through many in the order of their numbers."""
    # A sum, because a database that finds the pair in the index of digests would sort the whole table
    # by number for each page (SQLite does), or fetch the rows in the order of digests, which is none.
    rows: QuerySet[Item] = QuerySet(model=Item, using=alias)
    return cast(QuerySet[Item], rows.alias(of=F("pair_id") + 0).filter(of=pair))


def select(alias: str, pair: int, digests: Sequence[bytes], state: State | None = None) -> list[tuple[Any, ...]]:
    """``name_digest`` and :data:`~medialift.ledger.codec.COLUMNS` of the items of *digests*, or of those in *state*.

    In SQL, because a QuerySet takes longer for a thousand parameters than the database for its answer.
    """
    if not digests:
        return []
    columns = ", ".join(map(_quoted(alias), ("name_digest", *COLUMNS)))
    if connections[alias].vendor == "postgresql":
        return _probed(alias, columns, pair, digests, state)
    rows: list[tuple[Any, ...]] = []
    with connections[alias].cursor() as cursor:
        for some in _pages(alias, digests):
            condition, values = _among(alias, pair, some)
            if state is not None:
                condition, values = f"{condition} AND {_quoted(alias)('state')} = %s", [*values, int(state)]
            cursor.execute(f"SELECT {columns} FROM {_table(alias)} WHERE {condition}", values)  # noqa: S608 - no text
            rows += cursor.fetchall()
    return rows


def _probed(
    alias: str, columns: str, pair: int, digests: Sequence[bytes], state: State | None
) -> list[tuple[Any, ...]]:
    """One look into the index for each digest: a table that has grown since it was last analysed leads the planner
    of PostgreSQL to go through all items of the pair instead, for every page."""
    name, also = _quoted(alias), "" if state is None else f"AND {_quoted(alias)('state')} = {int(state):d} "
    statement = (
        f"SELECT {columns} FROM UNNEST(%b::bytea[]) AS wanted (digest) CROSS JOIN LATERAL "  # noqa: S608 - no text
        f"(SELECT * FROM {_table(alias)} WHERE {name('pair')} = {pair:d} AND {name('name_digest')} = wanted.digest "
        f"{also}LIMIT 1) AS item"
    )
    with _binary_cursor(connections[alias]) as (cursor, mark):
        cursor.execute(statement.replace("%b", mark), [list(digests)])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def by_digest(alias: str, pair: int, digests: Sequence[bytes]) -> Iterator[QuerySet[Item]]:
    """The items of *digests*, in as many querysets as the database's limit of parameters asks for."""
    return (items(alias, pair).filter(name_digest__in=some) for some in _pages(alias, digests))


def confirm(alias: str, numbers: Sequence[int], now: int) -> None:
    """Make VERIFIED of what is COPIED among the items of these *numbers*; nothing else of them changes."""
    name = _quoted(alias)
    statement = (
        f"UPDATE {_table(alias)} SET {name('updated')} = %s, {name('state')} = %s "  # noqa: S608 - numbers only
        f"WHERE {name('state')} = %s AND {name('id')} {_numbered(numbers)}"
    )
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, [now, int(State.VERIFIED), int(State.COPIED)])


def numbered(alias: str, numbers: Sequence[int], *columns: str) -> list[tuple[Any, ...]]:
    """*columns* of the items of these *numbers*, in one query whatever the database's limit of parameters."""
    name = _quoted(alias)
    statement = (
        f"SELECT {', '.join(map(name, columns))} FROM {_table(alias)} "  # noqa: S608 - numbers only
        f"WHERE {name('id')} {_numbered(numbers)}"
    )
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        found: list[tuple[Any, ...]] = list(cursor.fetchall())
        return found


def _numbered(numbers: Sequence[int]) -> str:
    ordered = sorted(numbers)
    first, last = ordered[0], ordered[-1]
    if last - first < len(ordered):
        return f"BETWEEN {first:d} AND {last:d}"
    return f"IN ({', '.join(map('{:d}'.format, ordered))})"


def pages(
    alias: str, rows: QuerySet[Item], *columns: str, size: int, first: int = 1, end: int | None = None
) -> Iterator[list[tuple[Any, ...]]]:
    """Pages of *columns*, of which the first is the primary key, in its order; each page is one query.

    Only rows from number *first* to number *end* are read, both included. Every query has both ends of its
    own stretch of numbers, and *rows* none: a planner that guesses wrong how many rows a condition leaves, or
    picks the wrong one of two bounds, would go through the whole table for each page (PostgreSQL, SQLite).
    """
    query, width, last = rows.order_by("pk").values_list(*columns), size, first - 1
    top = end or _newest(alias)
    while last < top:
        until = min(last + width, top)
        page = persistently(alias, lambda: list(query.filter(pk__gt=last, pk__lte=until)[:size]))  # noqa: B023
        if page:
            yield page
        if len(page) == size:
            width = max(size, 2 * (page[-1][0] - last))
            last = page[-1][0]
        else:
            # A sparse stretch, as other moves and what is done leave behind, is left in longer and longer steps.
            last, width = until, min(max(size, width * 2), LONGEST_STRETCH)
        if last == top and end is None:
            top = _newest(alias)


def _newest(alias: str) -> int:
    number = persistently(alias, lambda: QuerySet(model=Item, using=alias).aggregate(newest=Max("pk"))["newest"])
    return number or 0


def _pages(alias: str, digests: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """As many pages as the database's limit of parameters asks for."""
    limit = connections[alias].features.max_query_params
    size = limit - 10 if limit else DIGESTS_PER_QUERY
    return (digests[start : start + size] for start in range(0, len(digests), size))


def _among(alias: str, pair: int, digests: Sequence[bytes]) -> tuple[str, list[Any]]:
    name, marks = _quoted(alias), ", ".join(["%s"] * len(digests))
    return f"{name('pair')} = %s AND {name('name_digest')} IN ({marks})", [pair, *digests]


def _table(alias: str) -> str:
    return str(connections[alias].ops.quote_name(Item._meta.db_table))


def _quoted(alias: str) -> Callable[[str], str]:
    """What makes of a field's name the quoted name of its column."""
    quote = connections[alias].ops.quote_name
    return lambda name: str(quote(_field(name).column))


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
    """One array per column, sent in binary form where the driver can.

    Measured with 1,000 rows: 64 µs a row, 5 of them in this process. Arrays of text take 132 and 22,
    a VALUES list 199 and 13.
    """
    with _binary_cursor(connection) as (cursor, mark):
        cursor.execute(_statement(connection, _unnested(connection, mark)), columns)


@contextmanager
def _binary_cursor(connection: Any) -> Iterator[tuple[Any, str]]:
    """A cursor of PostgreSQL, and the mark of a parameter in binary form: psycopg 3 has it on its own cursors."""
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    if is_psycopg3:
        from psycopg import Cursor

        connection.ensure_connection()
        with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
            yield cursor, "%b"
    else:
        with connection.cursor() as cursor:
            yield cursor, "%s"


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
