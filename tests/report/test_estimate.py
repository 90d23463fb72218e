from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from medialift.move.summary import Summary
from medialift.report.bill import GB
from medialift.report.estimate import ASSUMED_OBJECTS, ASSUMED_RATE, estimate
from medialift.types import Action, Step
from tests.report.samples import PRICES, item


def copying(files: int, octets: int, action: Action = Action.COPY) -> Summary:
    summary = Summary(source_objects=files)
    for number in range(files):
        summary.add(Step(action, item(f"{number}.jpg", octets)))
    return summary


def test_large_files_take_their_bytes_and_small_ones_their_number() -> None:
    assert estimate(copying(1, ASSUMED_RATE * 10), None, None, bandwidth=None).seconds == pytest.approx(10)
    assert estimate(copying(ASSUMED_OBJECTS * 3, 1), None, None, bandwidth=None).seconds == pytest.approx(3)


def test_a_bandwidth_that_was_given_counts() -> None:
    assert estimate(copying(1, 5000), None, None, bandwidth=1000).seconds == pytest.approx(5)


def test_requests_are_one_for_each_object_and_part_and_two_listings() -> None:
    summary = copying(1500, 10)
    summary.parts = 40
    assert estimate(summary, None, None, bandwidth=None).requests == 1500 + 40 + 2 * 2


def test_money_is_requests_and_traffic_once_and_storage_by_the_month() -> None:
    source = dataclasses.replace(PRICES, as_of=date(2026, 1, 2), per_1000_gets=1.0, per_1000_lists=0.0, egress_gb=0.09)
    target = dataclasses.replace(PRICES, per_1000_puts=5.0, per_1000_lists=0.0, gb_month=0.02)
    made = estimate(copying(1000, GB // 100), source, target, bandwidth=None)
    assert made.once == pytest.approx(1000 / 1000 * 5.0 + 1000 / 1000 * 1.0 + 10 * 0.09)
    assert made.monthly == pytest.approx(10 * 0.02)
    assert made.prices_as_of == date(2026, 1, 2)


def test_what_is_there_already_is_stored_but_not_sent() -> None:
    made = estimate(copying(10, GB, Action.ADOPT), None, PRICES, bandwidth=None)
    assert made.seconds == 0
    assert made.monthly == pytest.approx(0.15)


def test_an_unknown_price_is_unknown_and_not_free() -> None:
    target = dataclasses.replace(PRICES, per_1000_puts=None, gb_month=None)
    made = estimate(copying(10, GB), None, target, bandwidth=None)
    assert made.once is None
    assert made.monthly is None


def test_two_disks_cost_nothing() -> None:
    made = estimate(copying(10, GB), None, None, bandwidth=None)
    assert (made.once, made.monthly, made.prices_as_of) == (0.0, 0.0, None)
