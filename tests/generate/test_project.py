"""What the tests of row-level security do to the machine's PostgreSQL server."""

from __future__ import annotations

import psycopg
import pytest

from tests.generate.supabase import ROLES, project, roles_made_here
from tests.servers import databases

OTHERS = "select count(*) from pg_database where datname like 'medialift_supabase_%'"


def server() -> psycopg.Connection:
    entry = databases.postgresql()
    where = {"host": entry["HOST"], "port": entry["PORT"], "user": entry["USER"], "password": entry["PASSWORD"]}
    return psycopg.connect(dbname=entry["NAME"], autocommit=True, **where)


def test_roles_that_were_made_for_a_project_are_gone_with_the_last_one() -> None:
    with project(), server() as watcher:
        there = {row[0] for row in watcher.execute("select rolname from pg_roles").fetchall()}
        assert ROLES.keys() <= there
        with project():
            made = roles_made_here(watcher)
        assert roles_made_here(watcher) == made, "one project is still there"
    with server() as watcher:
        # Another test may use a project right now: then its end removes the roles.
        assert roles_made_here(watcher) == set() or watcher.execute(OTHERS).fetchone() != (0,)


def test_roles_of_the_machines_owner_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    with project(), server() as watcher:
        monkeypatch.setattr("tests.generate.supabase.MADE_HERE", "another mark")
        with project():
            pass
        there = {row[0] for row in watcher.execute("select rolname from pg_roles").fetchall()}
        assert ROLES.keys() <= there
