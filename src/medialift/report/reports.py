"""Everything that can be shown, for those who check types: nobody else needs all of it at once."""

from __future__ import annotations

from medialift.doctor.watch import Alteration, Round
from medialift.errors import MedialiftError
from medialift.move.results import References
from medialift.move.values import BackupResult
from medialift.report.capacity import CapacityReport
from medialift.report.policy_values import Generated, RowFindings, SettingReport
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

MovesReport = (
    PlanReport
    | MoveReport
    | References
    | RowsUndone
    | VerifyReport
    | MoveStatus
    | CertificateReport
    | BackupResult
    | Step
    | Problem
    | Reference
    | OutOfReach
    | ObjectInfo
    | ListingEnd
    | MedialiftError
)
"""What the verbs tell that move files, and those that look into the ledger."""

OtherReport = (
    ComparisonReport
    | CapacityReport
    | Examination
    | Diagnosis
    | Alteration
    | Round
    | ProbeReport
    | Forgotten
    | Generated
    | SettingReport
    | RowFindings
    | SiteReport
)
"""What the verbs tell that prepare and accompany a move."""

Report = MovesReport | OtherReport
