from __future__ import annotations

import pytest

from medialift.providers import load_provider
from medialift.report.capacity import MEASURED, Machine, capacity


def test_the_rate_is_that_of_whatever_gives_out_first() -> None:
    assert Machine(cores=1, transfers=10**6, line=10**12).rate(0) == pytest.approx(1 / MEASURED.per_object)
    assert Machine(cores=10**6, transfers=10**6, line=10**6).rate(1000) == pytest.approx(1000)
    assert Machine(cores=10**6, transfers=8, latency=0.1, line=10**12).rate(0) == pytest.approx(80)


def test_machines_share_the_copying_and_nothing_else() -> None:
    report = capacity([10**6], [1, 4], 20_000, Machine(), [])
    alone, four = report.stints
    copying, four_copying = 10**6 / alone.rate, 10**6 / four.rate
    assert four_copying == pytest.approx(copying / 4)
    assert alone.seconds - copying == pytest.approx(four.seconds - four_copying)


def test_money_is_requests_once_and_room_every_month() -> None:
    """A million objects of 1 MB at Amazon: a million PUTs, 2,000 listings, a terabyte."""
    s3 = load_provider("s3")
    (charge,) = capacity([10**6], [1], 10**6, Machine(), [s3]).charges
    assert s3.prices.per_1000_puts is not None
    assert s3.prices.per_1000_lists is not None
    assert charge.once == pytest.approx(1000 * s3.prices.per_1000_puts + 2 * s3.prices.per_1000_lists)
    assert charge.monthly is not None
    assert s3.prices.gb_month is not None
    assert charge.monthly == pytest.approx(1000 * s3.prices.gb_month, rel=0.05)


def test_a_provider_without_prices_is_not_called_free() -> None:
    assert capacity([10], [1], 10, Machine(), [load_provider("minio")]).charges == ()
