"""What a move of any size takes, as a script reads it."""

from __future__ import annotations

from medialift.report import objects
from medialift.report.capacity import CapacityReport


def capacity(report: CapacityReport) -> objects.CapacityObject:
    return {
        "type": "capacity",
        "size": report.size,
        "measured": report.measured.at.isoformat(),
        "times": [
            {"objects": one.objects, "machines": one.machines, "rate": one.rate, "seconds": one.seconds}
            for one in report.stints
        ],
        "costs": [
            {
                "provider": one.provider,
                "objects": one.objects,
                "usd_once": one.once,
                "usd_monthly": one.monthly,
                "seconds_at_least": one.seconds,
            }
            for one in report.charges
        ],
        "ledger": {str(count): octets for count, octets in report.ledger},
    }
