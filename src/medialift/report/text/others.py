"""How the results look of verbs that prepare and accompany a move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medialift.doctor.watch import Alteration, Round
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
from medialift.report.text import doctor, policy, restore, setup, watch
from medialift.report.text.capacity import capacity
from medialift.report.text.comparison import comparison
from medialift.report.text.decisions import decision
from medialift.report.text.freeze import freeze
from medialift.report.text.probe import forgotten, probe
from medialift.report.text.switch import guide
from medialift.report.values import ComparisonReport, Diagnosis, Examination, Forgotten, ProbeReport

if TYPE_CHECKING:
    from medialift.report.reports import OtherReport


def lines(report: OtherReport, width: int) -> list[str]:
    """As :func:`medialift.report.text.lines`."""
    match report:
        case ComparisonReport():
            return comparison(report, width)
        case CapacityReport():
            return capacity(report, width)
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
