"""What a verification reads of the ledger: all of it, in the order of keys, however it was written."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pytest

from medialift.ledger import DatabaseJournal
from medialift.ledger import copies as module
from medialift.move.journal import Copy
from medialift.types import Action, Copied, Digests, Item, Proof, Step, Stored
from tests.ledger.conftest import new_journal
from tests.servers.databases import every_database

pytestmark = pytest.mark.parametrize("alias", every_database())


def record(journal: DatabaseJournal, names: Iterable[str], keys: dict[str, str] | None = None) -> None:
    items = [Item(name, (keys or {}).get(name, name), 3, "v1") for name in names]
    journal.plan([Step(Action.COPY, item) for item in items])
    digests = Digests(bytes(32), bytes(16))
    journal.record([Copied(item, digests, Stored(item.key, 3, bytes(16).hex()), Proof.ETAG_MD5) for item in items])


def read(journal: DatabaseJournal) -> list[Copy]:
    return [copy for page in journal.copies() for copy in page]


def keys(journal: DatabaseJournal) -> list[str]:
    return [copy.line[0] for copy in read(journal)]


@pytest.fixture
def journal(alias: str, db: None, settings: Any) -> DatabaseJournal:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    return new_journal()


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 3)


def test_one_plan_is_read_as_it_was_written(journal: DatabaseJournal) -> None:
    names = sorted(["a", "B", "é", "e\u0301", "🐈", "a/b", "a b", "\uff5e"])
    record(journal, names)
    assert keys(journal) == names
    assert read(journal)[0].line == (names[0], 3, bytes(16).hex(), None)


def test_later_plans_are_merged_in(journal: DatabaseJournal) -> None:
    rng = random.Random(1)
    names = [f"{number:03}" for number in range(60)]
    rng.shuffle(names)
    for start in range(0, 60, 20):
        record(journal, sorted(names[start : start + 20]))
    assert keys(journal) == sorted(names)


def test_any_number_of_plans_is_put_in_order(journal: DatabaseJournal) -> None:
    rng = random.Random(2)
    names = [f"{number:03}" for number in range(90)]
    rng.shuffle(names)
    record(journal, names)
    assert keys(journal) == sorted(names)


def test_other_keys_than_names_are_in_order_too(journal: DatabaseJournal) -> None:
    names = sorted(["a", "é", "z", "ü"])
    record(journal, names, {"é": "e=e9;", "ü": "u=fc;"})
    assert [(copy.line[0], copy.name) for copy in read(journal)] == [
        ("a", "a"), ("e=e9;", "é"), ("u=fc;", "ü"), ("z", "z")
    ]  # fmt: skip
