"""What a month costs at a provider: what is kept there, what is sent from there, and how often it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medialift.providers import Offer, Prices

GB = 1_000_000_000
"""Providers bill in decimal gigabytes."""


@dataclass(frozen=True, slots=True)
class Bill:
    """US dollars a month: the *offer*'s own price, and what goes beyond what it includes."""

    offer: str
    base: float
    stored: float
    sent: float
    reads: float

    @property
    def total(self) -> float:
        return self.base + self.stored + self.sent + self.reads


NOTHING = Bill("", 0.0, 0.0, 0.0, 0.0)


def month(prices: Prices, *, stored: int, sent: int = 0, reads: int = 0) -> Bill | None:
    """The bill for *stored* bytes kept, *sent* bytes and *reads* downloads a month, by the cheapest offer.

    ``None`` if a price is not known that would be needed, or no offer is large enough.
    """
    bills = _bills(prices, stored / GB, sent / GB, reads)
    return min(bills, key=lambda bill: bill.total, default=None)


def _bills(prices: Prices, stored: float, sent: float, reads: int) -> Iterator[Bill]:
    for offer in prices.offers or (Offer(),):
        more_stored, more_sent = _beyond(offer, stored, sent, prices.egress_per_stored)
        if offer.is_limit and (more_stored or more_sent):
            continue
        costs = (
            _cost(prices.gb_month, more_stored),
            _cost(prices.egress_gb, more_sent),
            _cost(prices.per_1000_gets, reads / 1000),
        )
        known = [cost for cost in costs if cost is not None]
        if len(known) == len(costs):
            yield Bill(offer.name, offer.month, *known)


def _beyond(offer: Offer, stored: float, sent: float, free_per_stored: float) -> tuple[float, float]:
    """Gigabytes kept and sent beyond what is included."""
    if offer.shared:
        return max(0.0, stored + sent - offer.stored_gb), 0.0
    return max(0.0, stored - offer.stored_gb), max(0.0, sent - offer.egress_gb - stored * free_per_stored)


def _cost(price: float | None, amount: float) -> float | None:
    if not amount:
        return 0.0
    return None if price is None else price * amount
