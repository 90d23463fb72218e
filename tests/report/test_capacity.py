from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from medialift.providers import load_provider
from medialift.report.capacity import Machine, capacity
from medialift.report.measured import SMALL, Figure, Measured, measured

ROOT = Path(__file__).parents[2]


def figures(**values: float) -> Measured:
    """Figures of no machine; those that are not named are nothing."""
    named = {"plan": 0.0, "copy": 0.0, "per_byte": 0.0, "verify": 0.0, "ledger": 0.0} | values
    return Measured(**{name: Figure(value, "", date(2026, 1, 1), "") for name, value in named.items()})


def test_the_rate_is_that_of_whatever_gives_out_first() -> None:
    some = figures(copy=0.001, per_byte=1e-9)
    endless = Machine(cores=1, transfers=10**6, line=10**12)
    assert endless.rate(0, some) == pytest.approx(1000)
    assert endless.rate(SMALL + 10**6, some) == pytest.approx(1 / (0.001 + 0.001))
    assert Machine(transfers=10**6, line=10**6).rate(10_000, some) == pytest.approx(100)
    assert Machine(transfers=8, latency=0.1, line=10**12).rate(0, some) == pytest.approx(80)


def test_small_objects_have_one_core_and_large_ones_all() -> None:
    some = figures(copy=0.001)
    endless = Machine(cores=4, transfers=10**6, line=10**15)
    assert endless.rate(1000, some) == pytest.approx(1000)
    assert endless.rate(10**6, some) == pytest.approx(4000)


def test_every_figure_says_what_it_is_and_where_it_comes_from() -> None:
    found = measured()
    for name in ("plan", "copy", "per_byte", "verify", "ledger"):
        figure = getattr(found, name)
        assert figure.value > 0
        assert figure.unit
        assert figure.source.startswith("python -m benchmarks.")
        assert figure.at <= found.at


def test_the_page_says_the_figures() -> None:
    page = " ".join((ROOT / "docs" / "explain" / "capacity.md").read_text(encoding="utf-8").split())
    found = measured()
    told = [
        f"{found.copy.value * 1e6:.0f} µs for an object of 20 KiB",
        f"{found.per_byte.value * 1e9:.1f} ns for each further byte",
        f"{found.plan.value * 1e6:.0f} µs and {found.verify.value * 1e6:.0f} µs of CPU an object",
        f"{found.ledger.value:.0f} bytes",
    ]
    assert [text for text in told if text not in page] == []


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


def test_a_limit_of_the_service_is_the_shortest_time() -> None:
    """Backblaze takes 500 requests a second, however many machines send them; Amazon states no such number."""
    report = capacity([10**6, 10**9], [16], 20_000, Machine(), [load_provider("b2"), load_provider("s3")])
    assert [charge.seconds for charge in report.charges] == [2000, 2_000_000, None, None]
