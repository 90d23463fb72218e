from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from medialift.ledger import DatabaseJournal, journal_of, open_move
from medialift.models import Move
from medialift.types import StoreIdentity

HERE, THERE = StoreIdentity("filesystem", "/srv/media"), StoreIdentity("s3", "bucket")


def new_journal() -> DatabaseJournal:
    """The journal of the move from HERE to THERE in the ledger's database."""
    return journal_of(open_move(Move.Kind.MIGRATE, [(HERE, THERE)]), HERE, THERE)


def add_database(alias: str, **entry: Any) -> None:
    connections.databases[alias] = deepcopy(connections.databases["default"]) | entry


def remove_database(alias: str) -> None:
    connections[alias].close()
    del connections[alias]
    del connections.databases[alias]


@pytest.fixture
def bare_file(tmp_path: Path, settings: Any, django_db_blocker: Any) -> Iterator[Path]:
    """An SQLite file without tables, under the alias ``file``; the ledger's database."""
    path = tmp_path / "ledger.sqlite3"
    with django_db_blocker.unblock():
        add_database("file", NAME=str(path), OPTIONS={"timeout": 0.05})
        settings.MEDIALIFT_LEDGER_DATABASE = "file"
        yield path
        remove_database("file")


@pytest.fixture
def file(bare_file: Path) -> Path:
    """The same with the ledger's tables."""
    call_command("migrate", "medialift", database="file", verbosity=0)
    return bare_file
