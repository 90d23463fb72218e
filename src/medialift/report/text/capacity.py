"""What a move of any size takes, as a person reads it."""

from __future__ import annotations

from medialift.report import units
from medialift.report.capacity import CapacityReport, Charge
from medialift.report.table import table
from medialift.report.text.parts import facts, wrap


def capacity(report: CapacityReport, width: int) -> list[str]:
    machine = report.machine
    line = f"{machine.line * 8 / 1e6:,.0f} Mbit/s"
    each = f"{units.plural(machine.cores, 'core')}, {machine.transfers} transfers at a time, {line}"
    about = [
        ("Object", units.size(report.size)),
        ("Machine", f"{each}, {machine.latency * 1000:.0f} ms to the service"),
        ("Figures", f"measured on {report.measured.at.isoformat()}; benchmarks/capacity.py measures them on yours"),
    ]
    rows = [
        (units.count(one.objects), units.count(one.machines), f"{one.rate:,.0f}/s", units.duration(one.seconds))
        for one in report.stints
    ]
    ledger = [("Ledger", f"{units.size(octets)} for {units.count(count)}") for count, octets in report.ledger]
    costs = [_row(one) for one in report.charges]
    return [
        *facts(about, width), "", *table(("Objects", "Machines", "Copied", "All of it"), rows, width=width), "",
        *table(("USD at", "Objects", "Once", "A month", "At least"), costs, width=width), "",
        *facts(ledger, width),
        *wrap("Copying is shared between machines; planning and verifying are the work of one.", width),
    ]  # fmt: skip


def _row(one: Charge) -> tuple[str, ...]:
    costs = ("?" if cost is None else units.money(cost, "").strip() for cost in (one.once, one.monthly))
    return (one.provider, units.count(one.objects), *costs, units.duration(one.seconds) if one.seconds else "")
