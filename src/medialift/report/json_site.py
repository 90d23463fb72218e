"""What prepares and accompanies the switch of a site, as a script reads it."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.report import objects
from medialift.report.site_values import FreezeReport, RestorationReport, Switched, SwitchGuide
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


def guide(report: SwitchGuide) -> Iterator[objects.SwitchStepObject | objects.SwitchObject]:
    for number, step in enumerate(report.steps, start=1):
        yield {
            "type": "switch_step",
            "number": number,
            "title": step.title,
            "lines": list(step.lines),
            "why": step.why,
        }
    yield {"type": "switch", "move": report.move, "platform": report.platform, "notes": list(report.notes)}


def switched(found: Switched) -> objects.Since:
    return {
        "at": found.at.isoformat(),
        "days": found.days,
        "checks_passed": found.passed,
        "checks_failed": found.failed,
        "last_check": found.checked.isoformat() if found.checked else None,
        "keep_originals_until": found.keep_until.isoformat(),
    }
