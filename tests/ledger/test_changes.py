from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from medialift.errors import LedgerError
from medialift.ledger import ChangeLog, changes_of, open_move
from medialift.models import Move, RowChange
from medialift.types import Change, Fate
from tests.ledger.conftest import HERE, THERE
from tests.servers.databases import every_database

AWKWARD = ["e\u0301.jpg", "é.jpg", "🐈.jpg", "a b ", "A.JPG", "a.jpg", "bad\udcff.jpg", "a\x00b", "'\"%s\\", "x" * 1024]


def change(pk: object = 1, old: str = "old", new: str = "new", field: str = "app.Model.file") -> Change:
    return Change(field, str(pk), old, new)


def entries(pages: Iterator[list[tuple[int, Change]]]) -> list[Change]:
    return [found for page in pages for _, found in page]


@pytest.fixture
def log(alias: str, settings: Any) -> ChangeLog:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    return changes_of(open_move(Move.Kind.MIGRATE, [(HERE, THERE)]))


@pytest.mark.parametrize("alias", every_database())
class TestEveryDatabase:
    def test_what_is_intended_comes_back_as_it_was(self, log: ChangeLog) -> None:
        wanted = [change(pk, name, f"new/{name}") for pk, name in enumerate(AWKWARD)]
        log.intend(wanted)
        assert entries(log.intended()) == wanted

    def test_pages_follow_each_other_in_order_and_backwards(
        self, log: ChangeLog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("medialift.ledger.changes.PAGE", 3)
        wanted = [change(pk) for pk in range(8)]
        log.intend(wanted)
        assert [len(page) for page in log.intended()] == [3, 3, 2]
        assert entries(log.intended()) == wanted
        assert entries(log.backwards()) == wanted[::-1]

    def test_what_is_ticked_off_is_not_intended_any_more(self, log: ChangeLog) -> None:
        log.intend([change(pk) for pk in range(4)])
        numbers = [number for page in log.intended() for number, _ in page]
        fates = [Fate.MADE, Fate.OVERTAKEN, Fate.UNDONE]
        log.settle(dict(zip(numbers, fates, strict=False)))
        assert [found.pk for found in entries(log.intended())] == ["3"]
        assert [found.pk for found in entries(log.backwards())] == ["3", "0"]
        assert log.tallies() == {Fate.INTENDED: 1, **dict.fromkeys(fates, 1)}

    def test_moves_do_not_see_each_other(self, log: ChangeLog) -> None:
        log.intend([change()])
        other = changes_of(open_move(Move.Kind.MIGRATE, [(THERE, HERE)]))
        assert entries(other.intended()) == []
        assert other.tallies() == {}

    def test_the_fields_of_what_could_be_undone_are_known(self, log: ChangeLog) -> None:
        log.intend([change(field="b.B.f"), change(field="a.A.f"), change(field="b.B.f")])
        assert log.fields() == ["a.A.f", "b.B.f"]
        log.settle({number: Fate.UNDONE for page in log.intended() for number, _ in page})
        assert log.fields() == []


@pytest.mark.django_db
def test_a_row_prints_what_it_does() -> None:
    assert str(RowChange(old=b"a", new="é".encode())) == "a → é"


def test_a_ledger_without_its_newest_table_says_what_to_type(bare_file: Any, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        call_command("migrate", "medialift", database="file", verbosity=0)
        log = changes_of(open_move(Move.Kind.MIGRATE, [(HERE, THERE)]))
        call_command("migrate", "medialift", "0003", database="file", verbosity=0)
        with pytest.raises(LedgerError) as caught:
            log.intend([change()])
    assert caught.value.hint == "python manage.py migrate medialift --database file"
