from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from medialift.ledger import open_move
from medialift.ledger.switches import record_check, record_return, switch_of
from medialift.models import Move
from tests.ledger.conftest import HERE, THERE
from tests.servers.databases import every_database

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)


@pytest.fixture(params=every_database())
def move(request: pytest.FixtureRequest, db: None, settings: Any) -> Move:
    settings.MEDIALIFT_LEDGER_DATABASE = request.param
    return open_move(Move.Kind.MIGRATE, [(HERE, THERE)])


def test_the_first_check_dates_the_switch_and_each_one_counts(move: Move) -> None:
    assert switch_of(move) is None
    record_check(move, passed=False, now=NOW)
    record_check(move, passed=True, now=NOW + DAY)
    found = record_check(move, passed=True, now=NOW + 2 * DAY)
    assert (found.at, found.checked, found.passed, found.failed) == (NOW, NOW + 2 * DAY, 2, 1)
    assert switch_of(move) == found


def test_a_return_ends_it_and_the_next_switch_counts_anew(move: Move) -> None:
    record_check(move, passed=True, now=NOW)
    record_return(move, now=NOW + DAY)
    assert switch_of(move) is None
    again = record_check(move, passed=True, now=NOW + 5 * DAY)
    assert (again.at, again.passed, again.ended) == (NOW + 5 * DAY, 1, None)


def test_a_return_without_a_switch_changes_nothing(move: Move) -> None:
    record_return(move)
    assert switch_of(move) is None
