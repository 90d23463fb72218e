"""What one item takes on the disk: at most 250 bytes plus twice its name, indexes included."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from medialift.ledger import DatabaseJournal
from medialift.types import Action as Do
from medialift.types import Copied, Digests, Item, Proof, Step, Stored, Verified
from tests.ledger.conftest import new_journal
from tests.move.journal_contract import evidence_of

COUNT = 5_000
"""Enough: 100,000 items take the same per item to within a byte (217 on SQLite, 298 on PostgreSQL)."""


def item(number: int) -> Item:
    name = f"uploads/2024/{number % 12:02}/photo-{number:08}.jpg"
    mark = f"2049:{1_000_000 + number}:{20480 + number}:1700000{number:012}"
    return Item(name, name, 20480 + number, mark, {"app.Photo.image": 1})


ALLOWED = 250 + 2 * len(item(0).name)


def copied(of: Item) -> Copied:
    content = of.name.encode()
    digests = Digests(hashlib.sha256(content).digest(), hashlib.md5(content).digest())
    return Copied(of, digests, Stored(of.key, of.size, digests.md5.hex()), Proof.SERVER_CHECKED)


def fill(journal: DatabaseJournal) -> None:
    for start in range(0, COUNT, 1000):
        items = [item(number) for number in range(start, start + 1000)]
        journal.plan([Step(Do.COPY, one) for one in items])
        journal.record([copied(one) for one in items])
        journal.record([Verified(evidence_of(copied(one))) for one in items])


def test_on_sqlite(file: Path) -> None:
    empty = file.stat().st_size
    fill(new_journal())
    with connections["file"].cursor() as cursor:
        cursor.execute("VACUUM")
    assert (file.stat().st_size - empty) / COUNT <= ALLOWED


@contextmanager
def left_alone(cursor: Any) -> Iterator[None]:
    """Without a background ``ANALYZE``, whose snapshot would keep dead rows alive through a ``VACUUM FULL``."""
    cursor.execute("ALTER TABLE medialift_item SET (autovacuum_enabled = false)")
    yield
    cursor.execute("ALTER TABLE medialift_item RESET (autovacuum_enabled)")


def wait_for_other_snapshots(cursor: Any) -> None:
    """An analysis of any other table of the database has one too, and keeps the same rows alive."""
    deadline = time.monotonic() + 60
    others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL"
    while time.monotonic() < deadline:
        cursor.execute(f"SELECT COUNT(*) FROM pg_stat_activity WHERE {others}")
        if not cursor.fetchone()[0]:
            return
        time.sleep(0.05)


@pytest.mark.django_db(databases=["default", "postgresql"], transaction=True)
def test_on_postgresql(settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = "postgresql"
    with connections["postgresql"].cursor() as cursor, left_alone(cursor):
        fill(new_journal())
        wait_for_other_snapshots(cursor)
        cursor.execute("VACUUM FULL medialift_item")
        cursor.execute("SELECT pg_total_relation_size('medialift_item')")
        assert cursor.fetchone()[0] / COUNT <= ALLOWED
