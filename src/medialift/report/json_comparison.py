"""A comparison of providers for scripts."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.report import json_parts as parts
from medialift.report import objects
from medialift.report.values import ComparisonReport


def costs(report: ComparisonReport) -> Iterator[objects.CostObject]:
    """One object for each provider."""
    for one in report.providers:
        yield {
            "type": "cost",
            "provider": one.id,
            "label": one.label,
            "offer": one.offer,
            "usd_monthly": one.monthly,
            "usd_kept": one.kept,
            "usd_sent": one.sent,
            "usd_once": one.once,
            "prices_as_of": one.prices_as_of.isoformat() if one.prices_as_of else None,
            "about_prices": one.about_prices,
            "escaped": one.escaped.count,
            "refused": one.refused.count,
            "too_large": one.too_large.count,
        }


def conclusion(report: ComparisonReport) -> objects.ComparisonObject:
    return {
        "type": "comparison",
        "source": parts.place(report.source),
        "files": report.files.files,
        "bytes": report.files.bytes,
        "egress": report.sent,
        "stopped": report.stopped,
    }
