from __future__ import annotations

import dataclasses

import pytest

from medialift.providers import Offer, load_provider
from medialift.report.bill import GB, month
from tests.report.samples import PRICES

PLAIN = dataclasses.replace(PRICES, gb_month=0.02, egress_gb=0.1, per_1000_gets=0.5)
FREE = Offer(name="Free", stored_gb=1, egress_gb=5, is_limit=True)
PRO = Offer(name="Pro", month=25, stored_gb=100, egress_gb=250)


def total(prices: object, stored: float, sent: float = 0, reads: int = 0) -> float:
    bill = month(prices, stored=int(stored * GB), sent=int(sent * GB), reads=reads)  # type: ignore[arg-type]
    assert bill is not None
    return bill.total


def test_without_offers_everything_counts_from_the_first_byte() -> None:
    assert total(PLAIN, 10, 20, 4000) == pytest.approx(10 * 0.02 + 20 * 0.1 + 4 * 0.5)


def test_what_an_offer_includes_costs_nothing_more() -> None:
    prices = dataclasses.replace(PLAIN, offers=(Offer(month=5, stored_gb=250, egress_gb=1000),))
    assert total(prices, 250, 1000) == 5
    assert total(prices, 260, 1010) == pytest.approx(5 + 10 * 0.02 + 10 * 0.1)


def test_the_cheapest_offer_that_is_large_enough_is_taken() -> None:
    prices = dataclasses.replace(PLAIN, offers=(FREE, PRO))
    small, large = month(prices, stored=GB, sent=5 * GB), month(prices, stored=GB, sent=6 * GB)
    assert small is not None
    assert large is not None
    assert (small.offer, small.total, large.offer, large.total) == ("Free", 0, "Pro", 25)


def test_egress_can_be_free_in_the_measure_of_what_is_stored() -> None:
    prices = dataclasses.replace(PLAIN, egress_per_stored=3.0)
    assert total(prices, 10, 30) == pytest.approx(0.2)
    assert total(prices, 10, 31) == pytest.approx(0.3)


def test_an_offer_may_count_both_together() -> None:
    prices = dataclasses.replace(PLAIN, offers=(Offer(name="Plus", month=99, stored_gb=225, shared=True),))
    assert total(prices, 100, 125) == 99
    assert total(prices, 100, 135) == pytest.approx(99 + 10 * 0.02)


def test_a_price_that_is_needed_and_not_known_leaves_the_bill_unknown() -> None:
    prices = dataclasses.replace(PLAIN, egress_gb=None)
    assert month(prices, stored=GB, sent=1) is None
    assert month(prices, stored=GB) is not None


def test_nothing_is_large_enough() -> None:
    assert month(dataclasses.replace(PLAIN, offers=(FREE,)), stored=2 * GB) is None


@pytest.mark.parametrize(
    ("provider", "stored", "sent", "usd"),
    [
        ("r2", 10, 1000, 0.0),
        ("r2", 110, 1000, 1.5),
        ("b2", 110, 330, 0.695),
        ("b2", 110, 430, 1.695),
        ("s3", 100, 200, 2.3 + 9.0),
        ("supabase", 1, 5, 0.0),
        ("supabase", 100, 250, 25.0),
        ("supabase", 200, 350, 25 + 2.1 + 9.0),
        ("wasabi", 50, 50, 7.99),
        ("spaces", 250, 1000, 5.0),
    ],
)
def test_the_price_lists_say_what_the_providers_say(provider: str, stored: float, sent: float, usd: float) -> None:
    """Worked out by hand from the price pages that the files name."""
    assert total(load_provider(provider).prices, stored, sent) == pytest.approx(usd)
