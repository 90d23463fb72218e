"""What a doctor found and a policy says, as a script reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from medialift.doctor.check import Outcome, State
from medialift.doctor.watch import Alteration, Round
from medialift.report import objects
from medialift.report.policy_values import RowFindings, SettingReport
from medialift.report.values import Diagnosis


def checks(outcome: Outcome) -> Iterator[objects.CheckObject]:
    told = [(found.level.value, found.message, found.hint) for found in outcome.findings]
    for level, message, hint in told or [("", outcome.reason, "")]:
        yield {
            "type": "check",
            "id": outcome.id,
            "alias": outcome.alias,
            "about": outcome.about,
            "state": outcome.state.value,
            "level": level,
            "message": message,
            "hint": hint,
        }


def diagnosis(report: Diagnosis) -> objects.DoctorObject:
    return {
        "type": "doctor",
        "ok": report.count(State.OK),
        "findings": report.count(State.FINDING),
        "unknown": report.count(State.UNKNOWN),
        "not_applicable": report.count(State.NOT_APPLICABLE),
    }


def alteration(change: Alteration) -> Iterator[objects.WatchChangeObject]:
    for told in checks(change.outcome):
        yield {
            "type": "watch_change",
            "at": change.at.isoformat(timespec="seconds"),
            "began": change.began,
            "id": told["id"],
            "alias": told["alias"],
            "about": told["about"],
            "message": told["message"],
            "hint": told["hint"],
        }


def watch_round(found: Round) -> objects.WatchRoundObject:
    return {
        "type": "watch_round",
        "at": found.ended.isoformat(timespec="seconds"),
        "round": found.number,
        "seconds": round(found.seconds, 3),
        "ok": found.count(State.OK),
        "findings": found.count(State.FINDING),
        "unknown": found.count(State.UNKNOWN),
        "not_applicable": found.count(State.NOT_APPLICABLE),
    }


def setting(report: SettingReport) -> objects.SettingObject:
    change = report.change
    return {
        "type": "setting",
        "setting": change.setting.value,
        "state": report.state.value,
        "live": json.dumps(change.live) if change.live is not None else "",
        "wanted": json.dumps(change.wanted),
    }


def row_findings(report: RowFindings) -> Iterator[objects.RowFindingObject | objects.RowFindingsObject]:
    for found in report.findings:
        yield {"type": "row_finding", "id": found.fault.value, "subject": found.subject, "message": found.message}
    yield {"type": "row_findings", "policies": report.policies, "findings": len(report.findings)}
