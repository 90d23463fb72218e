"""A database with the part of a Supabase project that policies on files meet, on the machine's PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from medialift.generate.rls_check import LIVE_POLICIES, PUBLIC_BUCKETS, LivePolicy
from tests.servers import databases
from tests.servers.missing import missing

SCHEMA = Path(__file__).with_name("supabase_schema.sql")
ANON: dict[str, Any] = {"role": "anon"}


def user(subject: str) -> dict[str, Any]:
    """The claims of somebody who is signed in."""
    return {"role": "authenticated", "sub": subject}


@dataclass(frozen=True)
class Project:
    """One project; *admin* is the connection of its owner, who is above all policies."""

    admin: psycopg.Connection

    def run(self, text: str) -> None:
        self.admin.execute(text)

    def add(self, bucket: str, name: str, owner: str | None = None) -> None:
        self.admin.execute("insert into storage.buckets values (%s, %s) on conflict do nothing", (bucket, bucket))
        self.admin.execute("insert into storage.objects (bucket_id, name, owner_id) values (%s, %s, %s)",
                           (bucket, name, owner))  # fmt: skip

    def live(self) -> tuple[list[LivePolicy], list[str]]:
        """What a check of this project is told."""
        rows = self.admin.execute(LIVE_POLICIES).fetchall()
        policies = [LivePolicy(name, kind, tuple(roles), *rest) for name, kind, roles, *rest in rows]
        return policies, [row[0] for row in self.admin.execute(PUBLIC_BUCKETS).fetchall()]

    @contextlib.contextmanager
    def acting(self, claims: dict[str, Any]) -> Iterator[psycopg.Connection]:
        """As the service acts for the bearer of a token; whatever was done is undone."""
        with self.admin.transaction(force_rollback=True):
            self.admin.execute("select set_config('request.jwt.claims', %s, true)", (json.dumps(claims),))
            self.admin.execute(sql.SQL("set local role {}").format(sql.Identifier(claims["role"])))
            yield self.admin

    def sees(self, claims: dict[str, Any], bucket: str) -> set[str]:
        """Names that a listing gives."""
        with self.acting(claims) as connection:
            rows = connection.execute("select name from storage.objects where bucket_id = %s", (bucket,))
            return {row[0] for row in rows}

    def uploads(self, claims: dict[str, Any], bucket: str, name: str) -> bool:
        """Whether a new file is taken; the service writes the subject into it as its owner."""
        try:
            with self.acting(claims) as connection:
                connection.execute("insert into storage.objects (bucket_id, name, owner_id) values (%s, %s, %s)",
                                   (bucket, name, claims.get("sub")))  # fmt: skip
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True

    def renames(self, claims: dict[str, Any], bucket: str, name: str, to: str) -> bool:
        """Whether an update reaches the file and its new name is taken."""
        try:
            with self.acting(claims) as connection:
                change = "update storage.objects set name = %s where bucket_id = %s and name = %s"
                return connection.execute(change, (to, bucket, name)).rowcount == 1
        except psycopg.errors.InsufficientPrivilege:
            return False

    def deletes(self, claims: dict[str, Any], bucket: str, name: str) -> bool:
        with self.acting(claims) as connection:
            gone = connection.execute("delete from storage.objects where bucket_id = %s and name = %s", (bucket, name))
            return gone.rowcount == 1


ROLES = {"anon": "nologin", "authenticated": "nologin", "service_role": "nologin bypassrls"}
MADE_HERE = "made by the tests of django-medialift"
"""The comment of the roles that no project of the machine's owner brought: they are dropped with the last project."""
LOCK = 0x6D65646961
"""The number of an advisory lock: roles come and go for one process at a time."""


@contextlib.contextmanager
def project() -> Iterator[Project]:
    """A new one, dropped at the end, and with the last of them the roles that it needed of the server."""
    entry = databases.postgresql()
    if databases.unreachable({"postgresql": entry}):
        missing("postgresql", databases.HOW_TO_GET_IT["postgresql"])
    where = {"host": entry["HOST"], "port": entry["PORT"], "user": entry["USER"], "password": entry["PASSWORD"]}
    name = f"medialift_supabase_{uuid.uuid4().hex}"
    with psycopg.connect(dbname=entry["NAME"], autocommit=True, **where) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            with psycopg.connect(dbname=name, autocommit=True, **where) as admin:
                made = Project(admin)
                with _alone(server):
                    _make_roles(server)
                    made.run(SCHEMA.read_text())  # from here on the roles are in use, and cannot be dropped
                yield made
        finally:
            server.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))
            with _alone(server):
                _drop_roles(server)


@contextlib.contextmanager
def _alone(server: psycopg.Connection) -> Iterator[None]:
    server.execute("select pg_advisory_lock(%s)", (LOCK,))
    try:
        yield
    finally:
        server.execute("select pg_advisory_unlock(%s)", (LOCK,))


def _make_roles(server: psycopg.Connection) -> None:
    known = {row[0] for row in server.execute("select rolname from pg_roles").fetchall()}
    for role, rights in ROLES.items():
        if role not in known:
            name = sql.Identifier(role)
            server.execute(sql.SQL("create role {} {}").format(name, sql.SQL(rights)))
            server.execute(sql.SQL("comment on role {} is {}").format(name, sql.Literal(MADE_HERE)))


def _drop_roles(server: psycopg.Connection) -> None:
    for role in roles_made_here(server):
        with contextlib.suppress(psycopg.errors.DependentObjectsStillExist):  # another project is still there
            server.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


def roles_made_here(server: psycopg.Connection) -> set[str]:
    """Those of the server's roles that exist for these tests alone."""
    query = "select rolname from pg_roles where shobj_description(oid, 'pg_authid') = %s"
    return {row[0] for row in server.execute(query, (MADE_HERE,)).fetchall()}
