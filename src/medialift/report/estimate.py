"""What a plan will take: requests, time and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from medialift.move.summary import Summary
from medialift.providers import Prices
from medialift.report.bill import GB, NOTHING, month

ASSUMED_RATE = 12_500_000
"""Bytes a second where no limit is given: a line of 100 Mbit/s."""
ASSUMED_OBJECTS = 100
"""Objects a second that an ordinary line with 20 to 50 ms to the service carries, however small they are."""
PAGE = 1000
"""Objects in one answer to a listing, with every S3-compatible service."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan will take. Money is in US dollars; ``None`` is unknown, which is not free.

    ``requests`` counts those at the target, ``seconds`` is at ``rate`` bytes a second, ``once`` is
    for the move itself (requests, and traffic out of the source), ``monthly`` for keeping the files.
    """

    requests: int
    seconds: float
    rate: int
    once: float | None
    monthly: float | None
    prices_as_of: date | None


def estimate(summary: Summary, source: Prices | None, target: Prices | None, *, bandwidth: int | None) -> Estimate:
    """Estimate *summary*. Without prices a store is a disk: it costs nothing."""
    sent, rate = summary.to_copy, bandwidth or ASSUMED_RATE
    puts, lists = sent.files + summary.parts, 2 * _pages(summary.target_objects + sent.files)
    stored = sent.bytes + summary.there.bytes
    costs = (
        _cost(target, "per_1000_puts", puts / 1000),
        _cost(target, "per_1000_lists", lists / 1000),
        _cost(source, "per_1000_lists", _pages(summary.source_objects) / 1000),
        _cost(source, "per_1000_gets", sent.files / 1000),
        _cost(source, "egress_gb", sent.bytes / GB),
    )
    return Estimate(
        requests=puts + lists,
        seconds=max(sent.bytes / rate, sent.files / ASSUMED_OBJECTS),
        rate=rate,
        once=_total(costs),
        monthly=_kept(target, stored),
        prices_as_of=min((prices.as_of for prices in (source, target) if prices and prices.as_of), default=None),
    )


def _pages(objects: int) -> int:
    return max(1, -(-objects // PAGE))


def _kept(prices: Prices | None, stored: int) -> float | None:
    bill = month(prices, stored=stored) if prices else NOTHING
    return bill.total if bill else None


def _cost(prices: Prices | None, kind: str, amount: float) -> float | None:
    if prices is None or not amount:
        return 0.0
    price: float | None = getattr(prices, kind)
    return None if price is None else price * amount


def _total(costs: tuple[float | None, ...]) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
