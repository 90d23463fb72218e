"""What a service costs, and what helps to choose one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from medialift.providers.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One thing that can be subscribed to: ``month`` US dollars a month, whatever is used.

    ``stored_gb`` and ``egress_gb`` (decimal, a month) are included. ``shared``: sent bytes count against
    ``stored_gb`` too. ``is_limit``: nothing beyond that can be had.
    """

    name: str = ""
    month: float = 0.0
    stored_gb: float = 0.0
    egress_gb: float = 0.0
    shared: bool = False
    is_limit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices(Fact):
    """US dollars, for the estimate of a plan; ``None`` is unknown, which is not free.

    Prices hold beyond what one of the ``offers`` includes; without any, from the first byte.
    ``egress_per_stored`` bytes of egress a month are free for each byte stored.
    """

    as_of: date | None = None
    region: str = ""
    per_1000_puts: float | None = None
    per_1000_lists: float | None = None
    per_1000_gets: float | None = None
    gb_month: float | None = None
    egress_gb: float | None = None
    egress_per_stored: float = 0.0
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing(Fact):
    """What helps to choose, in a few words for people: what it is good for, who makes images in other sizes,
    and which database comes with it (empty: none)."""

    suits: str
    images: str = ""
    database: str = ""
