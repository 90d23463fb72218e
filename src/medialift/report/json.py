"""How results look to a script: the objects of :mod:`medialift.report.objects`, one per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from medialift.doctor.watch import Alteration, Round
from medialift.errors import MedialiftError
from medialift.move.results import References
from medialift.move.values import BackupResult, Progress
from medialift.report import json_bucket, json_capacity, json_comparison, json_plan, json_probe, json_site, objects
from medialift.report import json_parts as parts
from medialift.report.capacity import CapacityReport
from medialift.report.policy_values import Generated, RowFindings, SettingReport
from medialift.report.reports import Report
from medialift.report.site_values import SiteReport
from medialift.report.values import (
    CertificateReport,
    ComparisonReport,
    Diagnosis,
    Examination,
    Forgotten,
    ListingEnd,
    MoveReport,
    MoveStatus,
    PlanReport,
    ProbeReport,
    Problem,
    RowsUndone,
    VerifyReport,
)
from medialift.types import ObjectInfo, OutOfReach, Reference, Step


def lines(report: Report | Progress) -> Iterator[str]:
    """*report* as lines of JSON in ASCII: names that are no valid Unicode survive as escapes."""
    for found in objects_of(report):
        yield json.dumps(found)


def objects_of(report: Report | Progress) -> Iterator[Any]:
    """*report* as the dicts that are printed."""
    if isinstance(report, SiteReport):
        yield from json_site.objects_of(report)
        return
    match report:
        case PlanReport():
            yield from json_plan.plan(report)
        case ComparisonReport():
            yield from json_comparison.costs(report)
            yield json_comparison.conclusion(report)
        case CapacityReport():
            yield json_capacity.capacity(report)
        case Step():
            yield json_plan.step(report)
        case Progress():
            yield _progress(report)
        case BackupResult():
            yield _backup(report)
        case Problem():
            yield _problem(report)
        case MoveReport():
            yield from map(_problem, report.problems.first)
            yield from (objects.NoteObject(type="note", text=note) for note in report.notes)
            yield _move(report)
        case References(rows=rows, changed=changed, overtaken=overtaken, escaped=escaped):
            yield objects.ReferencesObject(
                type="references", rows=rows, changed=changed, overtaken=overtaken, escaped=escaped
            )
        case RowsUndone(undone=undone, kept=kept):
            yield objects.RowsUndoneObject(type="rows_undone", undone=undone, kept=kept)
        case VerifyReport():
            yield from _verification(report)
        case MoveStatus():
            yield _status(report)
        case CertificateReport():
            yield _certificate(report)
        case Reference(name=name, field=field, pk=pk):
            yield objects.MissingObject(type="missing", name=name, field=field, pk=pk)
        case OutOfReach(row=row, reason=reason):
            yield objects.OutOfReachObject(
                type="out_of_reach", name=row.name, field=row.field, pk=row.pk, reason=reason
            )
        case ObjectInfo(key=key, size=size):
            yield objects.OrphanObject(type="orphan", name=key, size=size)
        case ListingEnd(listing=listing, count=count, bytes=octets):
            yield objects.ListingObject(type="listing", listing=listing.value, count=count, bytes=octets)
        case Examination(outcomes=outcomes):
            for outcome in outcomes:
                yield from json_bucket.checks(outcome)
        case Diagnosis():
            yield json_bucket.diagnosis(report)
        case Alteration():
            yield from json_bucket.alteration(report)
        case Round():
            yield json_bucket.watch_round(report)
        case ProbeReport():
            yield from json_probe.answers(report)
            yield json_probe.conclusion(report, parts.place(report.place))
        case Forgotten(place=place, found=found):
            yield objects.ForgottenObject(type="forgotten", store=parts.place(place), found=found)
        case Generated(kind=kind, alias=alias, text=text, file=file):
            yield objects.PolicyObject(type="policy", kind=kind, alias=alias, text=text, file=file)
        case SettingReport():
            yield json_bucket.setting(report)
        case RowFindings():
            yield from json_bucket.row_findings(report)
        case MedialiftError():
            yield _error(report)


# ── moves ────────────────────────────────────────────────────────────────────────────────────


def _progress(progress: Progress) -> objects.ProgressObject:
    return {
        "type": "progress",
        "stage": progress.stage.value,
        "files": progress.files,
        "files_total": progress.files_total,
        "bytes": progress.bytes,
        "bytes_total": progress.bytes_total,
        "errors": progress.errors,
        "elapsed": round(progress.elapsed, 3),
        "rate": round(progress.rate, 1),
        "remaining": None if progress.remaining is None else round(progress.remaining, 1),
    }


def _backup(result: BackupResult) -> objects.BackupObject:
    files = {way: parts.amount(tally) for way, tally in result.files.items()}
    return {"type": "backup", "folder": result.folder, "files": files, "stopped": result.stopped}


def _problem(problem: Problem) -> objects.ProblemObject:
    return {
        "type": "problem",
        "name": problem.name,
        "state": parts.state_name(problem.state),
        "reason": problem.reason,
        "rows": dict(problem.rows),
    }


def _move(report: MoveReport) -> objects.MoveObject:
    result = report.result
    return {
        "type": "move",
        "verb": report.verb,
        "move": report.move,
        "pairs": parts.pairs(report.pairs),
        "complete": result.complete,
        "stopped": result.stopped,
        "models": list(report.models),
        "taken": parts.amount(result.copy.taken),
        "copied": parts.amount(result.copy.copied),
        "adopted": parts.amount(result.copy.adopted),
        "elapsed": round(result.copy.elapsed, 3),
        "states": parts.states(result.states),
        "proofs": parts.proofs(report.proofs),
        "problems": report.problems.count,
        "deleted": result.deleted.count,
        "elsewhere": {name: rows.elsewhere for name, rows in report.rows.items() if rows.elsewhere},
        "switch": report.switch,
        "next": report.next,
        "way_back": report.way_back,
    }


def _verification(report: VerifyReport) -> Iterator[Any]:
    result = report.result
    for failure in result.failures:
        yield objects.NotVerifiedObject(type="not_verified", name=failure.name, key=failure.key, reason=failure.reason)
    yield objects.VerificationObject(
        type="verification",
        move=report.move,
        pairs=parts.pairs(report.pairs),
        verified=parts.amount(result.verified),
        not_verified=result.not_verified,
        reread=result.reread,
        deep=report.deep,
        sample=report.sample,
        bound=result.bound,
        unproved=report.unproved,
        stopped=result.stopped,
        elapsed=round(result.elapsed, 3),
        waited=round(result.waited, 3),
        next=report.next,
    )


# ── the ledger ───────────────────────────────────────────────────────────────────────────────


def _status(report: MoveStatus) -> objects.StatusObject:
    return {
        "type": "status",
        "move": report.move,
        "pairs": parts.pairs(report.pairs),
        "started": report.started.isoformat(),
        "last_run": report.last_run.isoformat() if report.last_run else None,
        "states": parts.states(report.states),
        "next": report.next,
        "switched": json_site.switched(report.switched) if report.switched else None,
        "workers": [
            {"worker": each.worker, "files": each.files, "files_done": each.files_done, "until": each.until.isoformat()}
            for each in report.workers
        ],
        "paused": report.paused,
    }


def _certificate(report: CertificateReport) -> objects.CertificateObject:
    made = report.certificate
    return {
        "type": "certificate",
        "move": report.move,
        "folder": str(made.folder),
        "complete": made.complete,
        "reasons": list(made.reasons),
        "files": made.files.files,
        "bytes": made.files.bytes,
        "root": made.root,
        "proofs": parts.proofs(made.proofs),
    }


def _error(error: MedialiftError) -> objects.ErrorObject:
    fields: dict[str, Any] = error.as_dict()
    return {
        "type": "error",
        "error": fields["error"],
        "reason": fields["reason"],
        "hint": fields["hint"],
        "retryable": fields["retryable"],
        "operation": fields.get("operation", ""),
        "key": fields.get("key", ""),
        "store": fields.get("store", ""),
    }
