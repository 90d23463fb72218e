"""How results look to a person: plain text that fits the terminal."""

from __future__ import annotations

from medialift.doctor.watch import Alteration, Round
from medialift.errors import MedialiftError
from medialift.move.results import References
from medialift.move.values import BackupResult
from medialift.report.capacity import CapacityReport
from medialift.report.decisions import DecisionReport
from medialift.report.policy_values import Generated, RowFindings, SettingReport
from medialift.report.site_values import (
    BucketMade,
    Detected,
    FileChange,
    FreezeReport,
    RestorationReport,
    RestoreEnd,
    SetupEnd,
    SwitchGuide,
    VersionReport,
)
from medialift.report.text import doctor, ledger, policy, restore, setup, watch
from medialift.report.text.capacity import capacity
from medialift.report.text.comparison import comparison
from medialift.report.text.decisions import decision
from medialift.report.text.freeze import freeze
from medialift.report.text.moved import moved, references, rows_undone, verified
from medialift.report.text.plan import plan
from medialift.report.text.probe import forgotten, probe
from medialift.report.text.switch import guide
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
    Report,
    RowsUndone,
    VerifyReport,
)
from medialift.types import ObjectInfo, OutOfReach, Reference, Step

WIDTH = 80
"""Columns where there is no terminal to ask."""


def lines(report: Report, width: int = WIDTH) -> list[str]:
    """*report* as lines of at most *width* columns; commands, settings and listings are never cut."""
    match report:
        case PlanReport():
            return plan(report, width)
        case ComparisonReport():
            return comparison(report, width)
        case CapacityReport():
            return capacity(report, width)
        case MoveReport():
            return moved(report, width)
        case References():
            return references(report, width)
        case RowsUndone():
            return rows_undone(report, width)
        case VerifyReport():
            return verified(report, width)
        case MoveStatus():
            return ledger.status(report, width)
        case CertificateReport():
            return ledger.certificate(report, width)
        case BackupResult():
            return ledger.backup(report, width)
        case Reference():
            return ledger.missing_row(report)
        case OutOfReach():
            return ledger.row_out_of_reach(report)
        case ObjectInfo():
            return ledger.orphan(report)
        case Problem():
            return ledger.problem(report)
        case ListingEnd():
            return ledger.end_of(report)
        case Step():
            # A person reads the plan's counts; every single step is for scripts.
            return []
        case Examination():
            return doctor.examination(report, width)
        case Diagnosis():
            return doctor.diagnosis(report, width)
        case Alteration():
            return watch.alteration(report, width)
        case Round():
            return watch.watch_round(report)
        case ProbeReport():
            return probe(report, width)
        case Forgotten():
            return forgotten(report, width)
        case Generated():
            return policy.generated(report)
        case SettingReport():
            return policy.setting(report, width)
        case RowFindings():
            return policy.row_findings(report, width)
        case FreezeReport():
            return freeze(report, width)
        case VersionReport():
            return restore.version(report)
        case RestorationReport():
            return restore.restoration(report)
        case RestoreEnd():
            return restore.restored(report)
        case SwitchGuide():
            return guide(report, width)
        case Detected():
            return setup.detected(report, width)
        case FileChange():
            return setup.change(report)
        case BucketMade():
            return setup.bucket(report, width)
        case DecisionReport():
            return decision(report, width)
        case SetupEnd():
            return setup.end(report, width)
        case MedialiftError():
            return str(report).splitlines()
