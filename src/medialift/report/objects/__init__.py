"""The JSON objects that ``--json`` prints, one per line: a promise to scripts.

Every field is always there; what is unknown is null. Sizes are in bytes, times in seconds or in
ISO 8601 with an offset, money in US dollars. New types and fields may come, none goes or changes its
meaning within a major version. No object ever holds a secret.
"""

from __future__ import annotations

from medialift.report.objects.buckets import (
    CheckObject,
    DoctorObject,
    ForgottenObject,
    PolicyObject,
    ProbeAnswerObject,
    ProbeObject,
    RowFindingObject,
    RowFindingsObject,
    SettingObject,
)
from medialift.report.objects.moves import (
    BackupObject,
    CertificateObject,
    CollisionObject,
    ComparisonObject,
    CostObject,
    FieldObject,
    ListingObject,
    MissingObject,
    MoveObject,
    NoteObject,
    NotVerifiedObject,
    OrphanObject,
    PlanObject,
    PlanSummaryObject,
    ProblemObject,
    ProgressObject,
    StatusObject,
    StepObject,
    VerificationObject,
)
from medialift.report.objects.parts import (
    Amount,
    ErrorObject,
    StorePair,
    StorePlace,
)
from medialift.report.objects.site import (
    FreezeObject,
)

__all__ = [
    "OBJECTS",
    "PARTS",
    "Amount",
    "BackupObject",
    "CertificateObject",
    "CheckObject",
    "CollisionObject",
    "ComparisonObject",
    "CostObject",
    "DoctorObject",
    "ErrorObject",
    "FieldObject",
    "ForgottenObject",
    "FreezeObject",
    "ListingObject",
    "MissingObject",
    "MoveObject",
    "NotVerifiedObject",
    "NoteObject",
    "OrphanObject",
    "PlanObject",
    "PlanSummaryObject",
    "PolicyObject",
    "ProbeAnswerObject",
    "ProbeObject",
    "ProblemObject",
    "ProgressObject",
    "RowFindingObject",
    "RowFindingsObject",
    "SettingObject",
    "StatusObject",
    "StepObject",
    "StorePair",
    "StorePlace",
    "VerificationObject",
]

PARTS: tuple[type, ...] = (Amount, StorePair, StorePlace)
OBJECTS: tuple[type, ...] = (
    PlanObject,
    StepObject,
    FieldObject,
    CollisionObject,
    NoteObject,
    PlanSummaryObject,
    CostObject,
    ComparisonObject,
    ProgressObject,
    BackupObject,
    ProblemObject,
    MoveObject,
    VerificationObject,
    NotVerifiedObject,
    StatusObject,
    CertificateObject,
    MissingObject,
    OrphanObject,
    ListingObject,
    CheckObject,
    DoctorObject,
    ProbeAnswerObject,
    ProbeObject,
    ForgottenObject,
    PolicyObject,
    SettingObject,
    RowFindingObject,
    RowFindingsObject,
    FreezeObject,
    ErrorObject,
)
