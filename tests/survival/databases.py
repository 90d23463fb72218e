"""Databases of sites that live in processes of their own: files of SQLite, and databases on real servers."""

from __future__ import annotations

import contextlib
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pymysql

from tests.servers import databases
from tests.servers.missing import missing

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Gives the rows of a query, as they are now."""


class Database(Protocol):
    """One site's database."""

    @property
    def settings(self) -> dict[str, Any]:
        """The entry of Django's DATABASES."""

    def insert(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run *statement* (parameters are ``%s``) with each of *rows*."""

    def asking(self) -> contextlib.AbstractContextManager[Ask]:
        """Asks many times over one connection."""

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of *query*."""


@dataclass
class SqliteFile:
    path: Path

    @property
    def settings(self) -> dict[str, Any]:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(self.path)}

    def insert(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with contextlib.closing(sqlite3.connect(self.path)) as connection, connection:
            connection.executemany(statement.replace("%s", "?"), rows)

    @contextlib.contextmanager
    def asking(self) -> Iterator[Ask]:
        with contextlib.closing(sqlite3.connect(self.path)) as connection:
            yield lambda query: connection.execute(query).fetchall()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with self.asking() as ask:
            return ask(query)


@dataclass
class PostgresDatabase:
    name: str

    @property
    def settings(self) -> dict[str, Any]:
        entry = databases.postgresql()
        return {**{key: entry[key] for key in ("ENGINE", "HOST", "PORT", "USER", "PASSWORD")}, "NAME": self.name}

    def insert(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with connected(self.name) as connection, connection.transaction():
            connection.cursor().executemany(statement, rows)

    @contextlib.contextmanager
    def asking(self) -> Iterator[Ask]:
        with connected(self.name) as connection:
            yield lambda query: connection.execute(query).fetchall()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with self.asking() as ask:
            return ask(query)

    def end_connections(self) -> None:
        """What a restart of the server does to its clients."""
        with connected() as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [self.name])

    def set_read_only(self, read_only: bool) -> None:
        """For every connection from now on; those that are open are ended."""
        with connected() as connection:
            value = "on" if read_only else "off"
            connection.execute(f"ALTER DATABASE {self.name} SET default_transaction_read_only = {value}")
        self.end_connections()


def connected(name: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
    """A connection to the database *name* that commits each statement by itself."""
    entry = databases.postgresql()
    return psycopg.connect(
        host=entry["HOST"],
        port=entry["PORT"],
        user=entry["USER"],
        password=entry["PASSWORD"],
        dbname=name,
        autocommit=True,
    )


@contextlib.contextmanager
def new_postgres_database(template: str = "template1") -> Iterator[PostgresDatabase]:
    """A database for the time of the block; skips the test if there is no server."""
    if databases.unreachable({"postgresql": databases.postgresql()}):
        missing("postgresql", databases.HOW_TO_GET_IT["postgresql"])
    made = PostgresDatabase(f"medialift_survival_{uuid.uuid4().hex[:12]}")
    with connected() as connection:
        connection.execute(f"CREATE DATABASE {made.name} TEMPLATE {template}")
        try:
            yield made
        finally:
            made.end_connections()
            connection.execute(f"DROP DATABASE {made.name}")


@dataclass
class MariaDatabase:
    name: str

    @property
    def settings(self) -> dict[str, Any]:
        entry = databases.mariadb()
        return {**{key: value for key, value in entry.items() if key != "TEST"}, "NAME": self.name}

    def insert(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        with connected_to_mariadb(self.name) as connection, connection.cursor() as cursor:
            cursor.executemany(statement, rows)

    @contextlib.contextmanager
    def asking(self) -> Iterator[Ask]:
        with connected_to_mariadb(self.name) as connection, connection.cursor() as cursor:

            def ask(query: str) -> list[tuple[Any, ...]]:
                cursor.execute(query)
                return list(cursor.fetchall())

            yield ask

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with self.asking() as ask:
            return ask(query)


def connected_to_mariadb(name: str = "mysql") -> pymysql.Connection:
    """A connection to the database *name* that commits each statement by itself."""
    entry = databases.mariadb()
    return pymysql.connect(
        host=entry["HOST"],
        port=int(entry["PORT"]),
        user=entry["USER"],
        password=entry["PASSWORD"],
        database=name,
        charset="utf8mb4",
        autocommit=True,
    )


@contextlib.contextmanager
def new_maria_database() -> Iterator[MariaDatabase]:
    """An empty database with the server's default collation, for the time of the block; skips without a server."""
    if databases.unreachable({"mariadb": databases.mariadb()}):
        missing("mariadb", databases.HOW_TO_GET_IT["mariadb"])
    made = MariaDatabase(f"medialift_survival_{uuid.uuid4().hex[:12]}")
    with connected_to_mariadb() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {made.name} CHARACTER SET utf8mb4")
        try:
            yield made
        finally:
            cursor.execute(f"DROP DATABASE {made.name}")
