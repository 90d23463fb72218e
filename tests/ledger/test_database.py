from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from medialift.errors import ConfigError, LedgerError
from medialift.ledger import database, moves
from tests.ledger.conftest import add_database, new_journal, remove_database
from tests.move.journal_contract import copied, item, step
from tests.servers.databases import every_database


def test_the_ledger_is_in_the_default_database_unless_a_setting_says_otherwise(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database.ledger_database() == "default"
    monkeypatch.setitem(connections.settings, "another", connections.settings["default"])
    settings.MEDIALIFT_LEDGER_DATABASE = "another"
    assert database.ledger_database() == "another"


def test_a_database_that_is_not_there_is_told_with_those_that_are(settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = "nope"
    with pytest.raises(ConfigError, match="'nope', and DATABASES has no such entry") as caught:
        database.ledger_database()
    assert "default" in caught.value.hint


class TestSqliteFile:
    def test_missing_tables_are_told_with_the_command_that_makes_them(self, bare_file: Path) -> None:
        with pytest.raises(LedgerError) as caught:
            moves()
        assert caught.value.hint == "python manage.py migrate medialift --database file"

    def test_a_read_only_file_is_told(self, file: Path) -> None:
        new_journal()
        remove_database("file")
        add_database("file", NAME=f"file:{file}?mode=ro", OPTIONS={"uri": True})
        assert len(moves()) == 1
        with pytest.raises(LedgerError, match="refuses to be written"):
            new_journal()

    def test_a_full_disk_is_told_and_what_was_recorded_stays(self, file: Path) -> None:
        journal = new_journal()
        journal.plan([step()])
        with connections["file"].cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        with pytest.raises(LedgerError, match="no room"):
            journal.plan([step(of=item(f"{n}")) for n in range(5000)])
        assert len(list(journal.todo())) == 1

    def test_a_lock_of_another_process_is_waited_for(self, file: Path) -> None:
        journal = new_journal()
        holder = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        holder.execute("BEGIN EXCLUSIVE")
        release = threading.Timer(0.5, holder.execute, ["COMMIT"])
        release.start()
        started = time.monotonic()
        journal.plan([step()])
        waited = time.monotonic() - started
        release.join()
        holder.close()
        assert waited > 0.3
        assert len(list(journal.todo())) == 1

    def test_a_lock_that_never_opens_is_told(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        journal = new_journal()
        monkeypatch.setattr(database, "ATTEMPTS", 3)
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError, match="locked"):
            journal.plan([step()])
        holder.close()

    def test_a_lock_within_a_transaction_of_the_caller_is_told_at_once(self, file: Path) -> None:
        journal = new_journal()
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        with pytest.raises(LedgerError, match="locked"), transaction.atomic(using="file"):
            journal.plan([step()])
        holder.close()
        assert time.monotonic() - started < 1


@pytest.mark.django_db(databases=["default", "postgresql"])
def test_missing_tables_of_postgresql_are_told(settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = "postgresql"
    journal = new_journal()
    with connections["postgresql"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DROP TABLE medialift_item")
    with pytest.raises(LedgerError, match="--database postgresql"):
        journal.plan([step()])


READ_ONLY = {
    "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "SET SESSION TRANSACTION READ WRITE"),
}


@pytest.mark.parametrize("alias", every_database(transaction=True)[1:])
def test_a_read_only_database_is_told(alias: str, settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    journal = new_journal()
    close, reopen = READ_ONLY[alias]
    with connections[alias].cursor() as cursor:
        cursor.execute(close)
        with pytest.raises(LedgerError, match="refuses to be written"):
            journal.plan([step()])
        cursor.execute(reopen)


KILL = {"postgresql": "SELECT pg_terminate_backend(%s)", "mariadb": "KILL %s"}
OWN_ID = {"postgresql": "SELECT pg_backend_pid()", "mariadb": "SELECT connection_id()"}


@pytest.mark.parametrize("alias", every_database(transaction=True)[1:])
def test_a_broken_connection_is_made_anew(alias: str, settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    journal = new_journal()
    journal.plan([step()])
    with connections[alias].cursor() as cursor:
        cursor.execute(OWN_ID[alias])
        own = cursor.fetchone()
    other = connections[alias].copy()
    with other.cursor() as cursor:
        cursor.execute(KILL[alias], own)
    other.close()
    journal.record([copied()])
    assert len(list(journal.evidence())) == 1
