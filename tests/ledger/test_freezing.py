from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.utils import timezone

from medialift.errors import LedgerError
from medialift.freeze.flag import Flag
from medialift.ledger.freezing import Frozen, freeze, frozen, thaw
from tests.servers.databases import every_database


@pytest.fixture(params=every_database())
def _ledger(request: pytest.FixtureRequest, db: None, settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = request.param


@pytest.mark.usefixtures("_ledger")
class TestRow:
    def test_it_is_there_from_on_to_off(self) -> None:
        assert frozen() is None
        made = freeze(retry_after=120, reason="a switch")
        assert frozen() == made
        assert (made.retry_after, made.reason) == (120, "a switch")
        assert thaw()
        assert frozen() is None
        assert not thaw()

    def test_a_second_freeze_keeps_the_time_of_the_first(self) -> None:
        first = freeze(retry_after=120)
        second = freeze(retry_after=600, reason="it takes longer")
        assert second.since == first.since
        assert frozen() == Frozen(first.since, 600, "it takes longer")


def test_the_rest_is_never_nothing() -> None:
    now = timezone.now()
    assert Frozen(now - timedelta(seconds=50), 120).rest(now) == 70
    assert Frozen(now - timedelta(hours=1), 120).rest(now) == 1


class TestFlag:
    def test_it_asks_once_a_second(self, db: None, django_assert_num_queries: Any) -> None:
        time = [100.0]
        flag = Flag(lambda: time[0])
        with django_assert_num_queries(3):  # the question, and a savepoint around it: this test is in a transaction
            assert [flag.frozen() for _ in range(5)] == [None] * 5
        freeze(retry_after=60)
        assert flag.frozen() is None
        time[0] += 1
        assert flag.frozen() is not None

    def test_without_tables_nothing_is_frozen_and_what_was_said_last_counts(self, bare_file: Path) -> None:
        assert Flag().frozen() is None
        flag = Flag(iter([0.0, 10.0]).__next__)
        with pytest.raises(LedgerError):
            frozen()
        flag._said = Frozen(timezone.now(), 60)
        assert flag.frozen() is not None

    def test_a_question_that_fails_does_not_spoil_the_callers_transaction(self, db: None) -> None:
        with transaction.atomic():
            with connections["default"].execute_wrapper(_refuse):
                assert Flag().frozen() is None
            assert frozen() is None


def _refuse(execute: Any, sql: str, *arguments: Any) -> Any:
    if "medialift_freeze" in sql:
        sql = "SELECT nothing FROM nowhere"
    return execute(sql, *arguments)
