"""A plan, as a script reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medialift.move.summary import FieldCount, Names
from medialift.report import json_parts as parts
from medialift.report import objects
from medialift.report.values import Place, PlanReport, Rows
from medialift.types import Step


def plan(report: PlanReport) -> Iterator[Any]:
    pair, summary = report.pair, report.summary
    yield objects.PlanObject(type="plan", source=parts.place(pair.source), target=parts.place(pair.target))
    for name, rows in sorted(report.rows.items()):
        yield _field(name, rows, summary.fields.get(name, FieldCount()))
    for name, stores in sorted(report.chosen.items()):
        yield _chosen(name, stores)
    for names in summary.collisions.first:
        yield objects.CollisionObject(type="collision", names=list(names))
    for reason, refused in summary.refused.items():
        yield _refusal(reason, refused, sure=True)
    for reason, doubted in summary.doubted.items():
        yield _refusal(reason, doubted, sure=False)
    for note in report.notes:
        yield objects.NoteObject(type="note", text=note)
    for finding in report.findings:
        yield objects.FindingObject(type="finding", id=finding.id, message=finding.message, hint=finding.hint)
    yield _plan_summary(report)


def _refusal(reason: str, names: Names, *, sure: bool) -> objects.RefusalObject:
    return {"type": "refusal", "reason": reason, "sure": sure, "files": names.count, "names": list(names.first)}


def _field(name: str, rows: Rows, count: FieldCount) -> objects.FieldObject:
    return {
        "type": "field",
        "field": name,
        "rows": rows.total,
        "empty": rows.empty,
        "elsewhere": rows.elsewhere,
        "files": count.files,
        "bytes": count.bytes,
        "missing_rows": count.missing_rows,
        "missing_files": count.missing_files,
        "out_of_reach_rows": count.out_of_reach_rows,
        "vanished_rows": count.vanished_rows,
        "shared": count.shared,
        "zero_bytes": count.empty,
    }


def _chosen(name: str, stores: tuple[tuple[Place, int], ...]) -> objects.ChosenObject:
    lie: list[objects.StoreRows] = [{"store": parts.place(place), "rows": rows} for place, rows in stores]
    return {"type": "chosen", "field": name, "stores": lie}


def _plan_summary(report: PlanReport) -> objects.PlanSummaryObject:
    summary, estimate = report.summary, report.estimate
    return {
        "type": "plan_summary",
        "actions": {action.value: parts.amount(tally) for action, tally in summary.actions.items()},
        "unreferenced": parts.amount(summary.unreferenced),
        "left_out": parts.amount(summary.left_out),
        "escaped": summary.escaped.count,
        "renamed": summary.renamed.count,
        "clashes": summary.clashes.count,
        "collisions": summary.collisions.count,
        "foreign": summary.foreign.count,
        "stopped": summary.stopped,
        "requests": estimate.requests,
        "seconds": round(estimate.seconds, 1),
        "usd_once": estimate.once,
        "usd_monthly": estimate.monthly,
        "prices_as_of": estimate.prices_as_of.isoformat() if estimate.prices_as_of else None,
        "way_back_open": summary.way_back.is_open,
        "way_back_reasons": list(summary.way_back.reasons),
        "next": report.next,
    }


def step(step: Step) -> objects.StepObject:
    item = step.item
    return {
        "type": "step",
        "action": step.action.value,
        "name": item.name,
        "key": item.key,
        "size": item.size,
        "rows": dict(item.rows),
        "reason": step.reason,
    }
