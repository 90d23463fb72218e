"""What prepares and accompanies the switch of a site, as a script reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medialift.report import objects
from medialift.report.decisions import DecisionReport, Side
from medialift.report.json_parts import state_name
from medialift.report.site_values import (
    BucketMade,
    Detected,
    FileChange,
    FreezeReport,
    RestorationReport,
    RestoreEnd,
    SetupEnd,
    SiteReport,
    SwitchGuide,
    VersionReport,
)
from medialift.report.values import Switched
from medialift.stores.versions import Version


def objects_of(report: SiteReport) -> Iterator[Any]:
    """*report* as the dicts that are printed."""
    match report:
        case FreezeReport():
            yield freeze(report)
        case VersionReport():
            yield version(report.name, report.version)
        case RestorationReport():
            yield restoration(report)
        case RestoreEnd(restored=restored, left=left):
            yield objects.RestoredObject(type="restored", restored=restored, left=left)
        case SwitchGuide():
            yield from guide(report)
        case Detected(facts=facts):
            yield objects.DetectedObject(type="detected", facts=dict(facts))
        case FileChange(path=path, state=file_state, diff=diff):
            yield objects.FileObject(type="file", path=path, state=file_state.value, diff=diff)
        case BucketMade(environment=environment, store=store, state=made):
            yield objects.BucketObject(type="bucket", environment=environment, store=store, state=made)
        case SetupEnd():
            yield from setup(report)
        case DecisionReport():
            yield decision(report)


def decision(report: DecisionReport) -> objects.DecisionObject:
    return {
        "type": "decision",
        "name": report.name,
        "state": state_name(report.state),
        "reason": report.reason,
        "decided": report.decided.value,
        "source": _side(report.source),
        "target": _side(report.target),
    }


def _side(found: Side | None) -> objects.FileSide | None:
    if found is None:
        return None
    return {
        "place": found.place,
        "size": found.size,
        "modified": found.modified.isoformat() if found.modified else None,
    }


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
            "notes": list(step.notes),
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


def setup(report: SetupEnd) -> Iterator[objects.ManualObject | objects.InitObject]:
    for manual in report.manual:
        yield {"type": "manual", "what": manual.what, "text": manual.text, "why": manual.why}
    yield {"type": "init", "written": report.written, "left": report.left, "next": list(report.next)}
