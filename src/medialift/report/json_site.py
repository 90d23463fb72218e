"""What prepares and accompanies the switch of a site, as a script reads it."""

from __future__ import annotations

from medialift.report import objects
from medialift.report.values import FreezeReport


def freeze(report: FreezeReport) -> objects.FreezeObject:
    return {
        "type": "freeze",
        "frozen": report.since is not None,
        "since": report.since.isoformat() if report.since else None,
        "retry_after": report.retry_after,
        "reason": report.reason,
        "obeying": list(report.obeying),
        "deaf": list(report.deaf),
        "middleware": report.middleware,
    }
