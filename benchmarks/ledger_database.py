"""The database that a ledger at size lies in: made for the measurement, and dropped after it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ENGINES = ("sqlite", "postgresql", "mariadb")
NAME = f"medialift_bench_{os.getpid()}"

ON_THE_DISK = {
    "postgresql": ("VACUUM FULL medialift_item", "SELECT pg_total_relation_size('medialift_item')"),
    "mysql": (
        "OPTIMIZE TABLE medialift_item",
        "SELECT file_size FROM information_schema.innodb_sys_tablespaces "
        "WHERE name = CONCAT(DATABASE(), '/medialift_item')",
    ),
}
"""By Django's vendor: what compacts the items, and what then tells the bytes of their table and its indexes."""


@contextmanager
def database(engine: str, file: Path) -> Iterator[None]:
    """Django with the ledger's empty tables, in *file* or on the server that the tests use too."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(DATABASES={"default": _entry(engine, file)}, INSTALLED_APPS=["medialift"], USE_TZ=True)
    django.setup()
    own = "" if engine == "sqlite" else NAME
    if own:
        _on_the_server(f"CREATE DATABASE {own}", then=own)
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        if own:
            _on_the_server(f"DROP DATABASE {own}", first=str(_entry(engine, file)["NAME"]))


def octets(file: Path) -> int:
    """Bytes of the items, indexes included, once they are compacted."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            return file.stat().st_size
        compact, tell = ON_THE_DISK[connection.vendor]
        cursor.execute(compact)
        if cursor.description:
            cursor.fetchall()  # MariaDB tells how it went
        cursor.execute(tell)
        return int(cursor.fetchone()[0])


def _entry(engine: str, file: Path) -> dict[str, Any]:
    from tests.servers import databases

    if engine == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}
    return databases.postgresql() if engine == "postgresql" else databases.mariadb()


def _on_the_server(statement: str, *, first: str = "", then: str = "") -> None:
    """Run *statement*, connected to the database *first*; whoever connects next is connected to *then*."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = first or connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()
    connection.settings_dict["NAME"] = then or connection.settings_dict["NAME"]
