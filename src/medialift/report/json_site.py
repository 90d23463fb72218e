"""What prepares and accompanies the switch of a site, as a script reads it."""

from __future__ import annotations

from medialift.report import objects
from medialift.report.site_values import FreezeReport, RestorationReport
from medialift.stores.versions import Version


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


def version(name: str, found: Version) -> objects.VersionObject:
    return {
        "type": "version",
        "name": name,
        "version": found.id,
        "at": found.modified.isoformat(),
        "size": found.size,
        "current": found.latest and not found.deleted,
        "deleted": found.deleted,
    }


def restoration(report: RestorationReport) -> objects.RestorationObject:
    now, then = version(report.name, report.now), version(report.name, report.then)
    return {"type": "restoration", "name": report.name, "now": now, "then": then}
