"""How results look to a person: plain text that fits the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medialift.errors import MedialiftError
from medialift.move.results import References
from medialift.move.values import BackupResult
from medialift.report.text import ledger
from medialift.report.text.moved import moved, references, rows_undone, verified
from medialift.report.text.plan import plan
from medialift.report.values import (
    CertificateReport,
    ListingEnd,
    MoveReport,
    MoveStatus,
    PlanReport,
    Problem,
    RowsUndone,
    VerifyReport,
)
from medialift.types import ObjectInfo, OutOfReach, Reference, Step

if TYPE_CHECKING:
    from medialift.report.reports import Report

WIDTH = 80
"""Columns where there is no terminal to ask."""


def lines(report: Report, width: int = WIDTH) -> list[str]:
    """*report* as lines of at most *width* columns; commands, settings and listings are never cut."""
    match report:
        case PlanReport():
            return plan(report, width)
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
        case MedialiftError():
            return str(report).splitlines()
        case _:
            from medialift.report.text import others  # half of all that is imported, and no move shows it

            return others.lines(report, width)
