"""The comparison of providers as a person reads it: one line each, and what the numbers leave out."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.report import units
from medialift.report.table import printable, table
from medialift.report.text.parts import facts, tally, wrap
from medialift.report.values import ComparedProvider, ComparisonReport

HEADER = ("USD", "A month", "Kept", "Sent", "To move", "Escaped")


def comparison(report: ComparisonReport, width: int) -> list[str]:
    """The lines of a comparison, each at most *width* columns."""
    priced = [one for one in report.providers if one.monthly is not None]
    others = [one for one in report.providers if one.monthly is None]
    source = f"{report.source.alias or '(no alias)'}, {printable(str(report.source.identity))}"
    lines = facts([("From", source), ("Holds", tally(report.files)), ("Sent", _sent(report))], width)
    if report.stopped:
        lines.insert(0, "It was stopped before its end: every count is too small.")
    lines += ["", *table(HEADER, [_row(one) for one in priced], width=width), ""]
    lines += [line for one in priced for line in wrap(_about(one), width)]
    if others:
        lines += ["", "Without a price list here:"]
        lines += [line for one in others for line in wrap(f"{one.label}: {one.about_prices}", width)]
    return [*lines, *_misfits(report, width)]


def _sent(report: ComparisonReport) -> str:
    return f"{units.size(report.sent)} a month are taken to be downloaded (--egress says otherwise)"


def _row(one: ComparedProvider) -> tuple[str, ...]:
    costs = (one.monthly, one.kept, one.sent, one.once)
    escaped = units.count(one.escaped.count) if one.escaped.count else "-"
    return (one.label, *map(_usd, costs), escaped)


def _about(one: ComparedProvider) -> str:
    offer = f", {one.offer}" if one.offer else ""
    as_of = f" (prices of {one.prices_as_of.isoformat()})" if one.prices_as_of else ""
    return f"{one.label}{offer}{as_of}: {one.about_prices}"


def _usd(amount: float | None) -> str:
    return "?" if amount is None else units.money(amount, "").strip().replace("under ", "<")


def _misfits(report: ComparisonReport, width: int) -> Iterator[str]:
    for one in report.providers:
        for names, what in ((one.refused, "too long a name"), (one.too_large, "too large")):
            if names.count:
                files = f"{units.plural(names.count, 'file')} ({what}): {printable(names.first[0])}"
                yield from ("", *wrap(f"{one.label} cannot take {files}", width))
