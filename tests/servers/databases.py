"""PostgreSQL and MariaDB, where the machine has them: the aliases ``postgresql`` and ``mariadb`` of the test settings.

Ask for one with ``@pytest.mark.django_db(databases=["default", "postgresql"])``, or run a test on each::

    @pytest.mark.parametrize("alias", every_database())
    def test_…(alias: str) -> None: ...

Both servers are found by the variables that their own clients read (``PGHOST``, ``MYSQL_HOST`` …), on
loopback by default. pytest-django creates what a run asks for, one database per worker, and drops it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from typing import Any

HOW_TO_GET_IT = {
    "postgresql": "apt-get install postgresql, then set PGHOST, PGPORT, PGUSER and PGPASSWORD",
    "mariadb": "apt-get install mariadb-server, then set MYSQL_HOST, MYSQL_TCP_PORT, MYSQL_USER and MYSQL_PWD",
}


def postgresql() -> dict[str, Any]:
    """The entry of Django's DATABASES."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "postgres",
        "HOST": os.environ.get("PGHOST", "127.0.0.1"),
        "PORT": os.environ.get("PGPORT", "5432"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
        "TEST": {"NAME": _name_of_this_run()},
    }


def mariadb() -> dict[str, Any]:
    """The entry of Django's DATABASES. PyMySQL stands in for mysqlclient, which needs a compiler."""
    import pymysql

    pymysql.install_as_MySQLdb()
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": "mysql",
        "HOST": os.environ.get("MYSQL_HOST", "127.0.0.1"),
        "PORT": os.environ.get("MYSQL_TCP_PORT", "3306"),
        "USER": os.environ.get("MYSQL_USER", "root"),
        "PASSWORD": os.environ.get("MYSQL_PWD", ""),
        "OPTIONS": {"charset": "utf8mb4"},
        "TEST": {"NAME": _name_of_this_run(), "CHARSET": "utf8mb4"},
    }


def _name_of_this_run() -> str:
    # Two runs on one machine must not take each other's database for a leftover.
    return f"medialift_test_{os.getpid()}"


def unreachable(aliases: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """Those of *aliases* (entries of DATABASES) whose server does not answer."""
    servers = {name: (entry["HOST"], entry["PORT"]) for name, entry in aliases.items() if entry.get("HOST")}
    return {name for name, (host, port) in servers.items() if not _answers(host, port)}


def _answers(host: str, port: str) -> bool:
    if host.startswith("/"):
        return os.path.exists(f"{host}/.s.PGSQL.{port}")
    try:
        with socket.create_connection((host, int(port)), timeout=2):
            return True
    except OSError:
        return False


def every_database(**django_db: Any) -> list[Any]:
    """Parameters: the aliases of SQLite, PostgreSQL and MariaDB, each with its ``django_db`` mark."""
    import pytest  # this module is imported by the settings, also outside of test runs

    names = {"default": "sqlite", "postgresql": "postgresql", "mariadb": "mariadb"}
    return [
        pytest.param(alias, id=name, marks=pytest.mark.django_db(databases=sorted({"default", alias}), **django_db))
        for alias, name in names.items()
    ]
