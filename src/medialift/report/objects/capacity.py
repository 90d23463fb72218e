"""What ``capacity`` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict


class CapacityTime(TypedDict):
    """How long so many objects take on so many machines; ``rate`` is in objects per second."""

    objects: int
    machines: int
    rate: float
    seconds: float


class CapacityCost(TypedDict):
    """What a move costs at one provider, and keeping its objects there for a month.

    ``seconds_at_least`` is how long the provider's own limit of requests makes it, ``null`` where it states none.
    """

    provider: str
    objects: int
    usd_once: float | None
    usd_monthly: float | None
    seconds_at_least: float | None


class CapacityObject(TypedDict):
    """What ``capacity`` computes for objects of ``size`` bytes; ``ledger`` is in bytes by number of objects."""

    type: Literal["capacity"]
    size: int
    measured: str
    times: list[CapacityTime]
    costs: list[CapacityCost]
    ledger: Mapping[str, int]
