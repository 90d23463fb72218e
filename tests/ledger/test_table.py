"""Pages of the items: everything once and in order, and never the whole table for one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from medialift.ledger import DatabaseJournal
from medialift.ledger import table as module
from medialift.ledger.codec import digest_of
from medialift.ledger.table import all_items, pages, select
from medialift.models import Item as Row
from medialift.types import Action, Item, Step
from tests.ledger.conftest import new_journal
from tests.servers.databases import every_database

pytestmark = pytest.mark.parametrize("alias", every_database())


@pytest.fixture
def journal(alias: str, db: None, settings: Any) -> DatabaseJournal:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    return new_journal()


def plan(journal: DatabaseJournal, count: int) -> list[int]:
    """Numbers of as many items."""
    before = set(Row.objects.using(journal._using).values_list("pk", flat=True))
    journal.plan([Step(Action.COPY, Item(f"{number:04}", f"{number:04}", 1, "x")) for number in range(count)])
    return sorted(set(Row.objects.using(journal._using).values_list("pk", flat=True)) - before)


def read(alias: str, journal: DatabaseJournal, **where: Any) -> Iterator[int]:
    rows = all_items(alias, journal.pair.pk)
    return (number for page in pages(alias, rows, "pk", size=5, **where) for (number,) in page)


def test_every_row_comes_once_and_in_order(alias: str, journal: DatabaseJournal) -> None:
    numbers = plan(journal, 23)
    assert list(read(alias, journal)) == numbers
    assert list(read(alias, journal, first=numbers[3], end=numbers[17])) == numbers[3:18]
    assert list(read(alias, journal, first=numbers[-1] + 1)) == []


def test_rows_far_apart_are_found_in_a_few_steps(alias: str, journal: DatabaseJournal) -> None:
    numbers = plan(journal, 60)
    kept = [numbers[0], numbers[1], numbers[40], numbers[59]]
    Row.objects.using(alias).filter(pk__in=set(numbers) - set(kept)).delete()
    Row.objects.using(alias).filter(pk=numbers[59]).update(id=numbers[0] + 5_000_000)
    with CaptureQueriesContext(connections[alias]) as asked:
        assert list(read(alias, journal, first=numbers[0])) == [*kept[:3], numbers[0] + 5_000_000]
    assert len(asked) < 35


def test_rows_that_come_meanwhile_are_read_too(alias: str, journal: DatabaseJournal) -> None:
    first = plan(journal, 7)
    numbers = read(alias, journal)
    seen = [next(numbers) for _ in range(6)]
    journal.plan([Step(Action.COPY, Item("late", "late", 1, "x"))])
    seen += numbers
    assert seen[:7] == first
    assert len(seen) == 8


def test_items_are_found_by_their_digests_alone(
    alias: str, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DIGESTS_PER_QUERY", 4)
    plan(journal, 12)
    wanted = [digest_of(name) for name in ["0003", "0007", "nobody", "0011"]]
    found = select(alias, journal.pair.pk, wanted)
    assert sorted(bytes(name).decode() for _, name, *_ in found) == ["0003", "0007", "0011"]
    assert select(alias, journal.pair.pk + 1, wanted) == []
