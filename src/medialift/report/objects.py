"""The JSON objects that ``--json`` prints, one per line: a promise to scripts.

Every field is always there; what is unknown is null. Sizes are in bytes, times in seconds or in
ISO 8601 with an offset, money in US dollars. New types and fields may come, none goes or changes its
meaning within a major version. No object ever holds a secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict


class Amount(TypedDict):
    """Part of other objects: how many files, and their bytes."""

    files: int
    bytes: int


class StorePlace(TypedDict):
    """Part of other objects: one store, by what it is; ``alias`` is empty if none names it today."""

    alias: str
    provider: str
    container: str
    prefix: str
    endpoint: str


class PlanObject(TypedDict):
    """The first line of a plan."""

    type: Literal["plan"]
    source: StorePlace
    target: StorePlace


class StepObject(TypedDict):
    """What is to be done with one file."""

    type: Literal["step"]
    action: str
    name: str
    key: str
    size: int
    rows: Mapping[str, int]
    reason: str


class FieldObject(TypedDict):
    """One model field of a plan.

    ``rows`` is all of them; ``empty`` ones hold NULL or ``''`` and ``elsewhere`` ones name a file of
    another store. ``shared`` files are named by more than one row, ``zero_bytes`` files have none.
    """

    type: Literal["field"]
    field: str
    rows: int
    empty: int
    elsewhere: int
    files: int
    bytes: int
    missing_rows: int
    missing_files: int
    shared: int
    zero_bytes: int


class CollisionObject(TypedDict):
    """Names that become one where case and Unicode form are ignored; a plan names the first few groups."""

    type: Literal["collision"]
    names: list[str]


class NoteObject(TypedDict):
    """Something that a person should know and that no count shows."""

    type: Literal["note"]
    text: str


class PlanSummaryObject(TypedDict):
    """The last line of a plan."""

    type: Literal["plan_summary"]
    actions: Mapping[str, Amount]
    unreferenced: Amount
    left_out: Amount
    escaped: int
    collisions: int
    foreign: int
    stopped: bool
    requests: int
    seconds: float
    usd_once: float | None
    usd_monthly: float | None
    prices_as_of: str | None
    way_back_open: bool
    way_back_reasons: list[str]
    next: str


class ProgressObject(TypedDict):
    """How far a stage has come, about once a second; totals are 0 while they are unknown."""

    type: Literal["progress"]
    stage: str
    files: int
    files_total: int
    bytes: int
    bytes_total: int
    errors: int
    elapsed: float
    rate: float
    remaining: float | None


class BackupObject(TypedDict):
    """What ``--backup`` made, before anything was copied."""

    type: Literal["backup"]
    folder: str
    files: Mapping[str, Amount]
    stopped: bool


class ProblemObject(TypedDict):
    """One file that is not as it should be."""

    type: Literal["problem"]
    name: str
    state: str
    reason: str
    rows: Mapping[str, int]


class MoveObject(TypedDict):
    """The last line of ``migrate``, ``copy`` and ``back``.

    ``deleted`` counts, on the way back, files of the move that are gone from where they were moved to.
    """

    type: Literal["move"]
    verb: str
    move: str
    source: StorePlace
    target: StorePlace
    complete: bool
    stopped: bool
    copied: Amount
    adopted: Amount
    elapsed: float
    states: Mapping[str, Amount]
    proofs: Mapping[str, int]
    problems: int
    deleted: int
    switch: str
    next: str
    way_back: str


class VerificationObject(TypedDict):
    """The last line of ``verify``.

    ``bound`` is the share of bad objects that a clean sample rules out at 95 % confidence;
    ``unproved`` counts files of which there is no copy to verify: conflicts, earlier failures.
    """

    type: Literal["verification"]
    move: str
    source: StorePlace
    target: StorePlace
    verified: Amount
    not_verified: int
    reread: int
    deep: bool
    sample: int | None
    bound: float | None
    unproved: int
    stopped: bool
    elapsed: float
    next: str


class NotVerifiedObject(TypedDict):
    """One file of which the target does not hold what was copied; ``verify`` names the first few."""

    type: Literal["not_verified"]
    name: str
    key: str
    reason: str


class StatusObject(TypedDict):
    """One move as the ledger holds it."""

    type: Literal["status"]
    move: str
    source: StorePlace
    target: StorePlace
    started: str
    last_run: str | None
    states: Mapping[str, Amount]
    next: str


class CertificateObject(TypedDict):
    """What ``certificate`` wrote."""

    type: Literal["certificate"]
    move: str
    folder: str
    complete: bool
    reasons: list[str]
    files: int
    bytes: int
    root: str
    proofs: Mapping[str, int]


class MissingObject(TypedDict):
    """One row whose file is not there."""

    type: Literal["missing"]
    name: str
    field: str
    pk: str


class OrphanObject(TypedDict):
    """One file that no row names."""

    type: Literal["orphan"]
    name: str
    size: int


class ListingObject(TypedDict):
    """The last line of ``missing``, ``orphans`` and ``status --problems``."""

    type: Literal["listing"]
    listing: str
    count: int
    bytes: int


class CheckObject(TypedDict):
    """How one check of ``doctor`` ended; one object for each thing that it found.

    ``alias`` is empty for checks of the site itself, ``level`` (error, warning) and ``hint`` for all
    that are no finding. ``message`` is what was found, or why nothing can be said.
    """

    type: Literal["check"]
    id: str
    alias: str
    about: str
    state: str
    level: str
    message: str
    hint: str


class DoctorObject(TypedDict):
    """The last line of ``doctor``: how many checks ended in each state."""

    type: Literal["doctor"]
    ok: int
    findings: int
    unknown: int
    not_applicable: int


class PolicyObject(TypedDict):
    """What ``policy`` generated; ``file`` is where it was written, or empty."""

    type: Literal["policy"]
    kind: str
    alias: str
    text: str
    file: str


class SettingObject(TypedDict):
    """A setting of a bucket that ``policy bucket --apply`` will make, has made, or that the service lacks.

    ``state`` is ``planned``, ``applied`` or ``unsupported``; ``live`` and ``wanted`` are JSON of S3's API,
    ``live`` is empty if nothing is set.
    """

    type: Literal["setting"]
    setting: str
    state: str
    live: str
    wanted: str


class RowFindingObject(TypedDict):
    """One fault of the live row-level security; ``subject`` is the bucket or the policy that has it."""

    type: Literal["row_finding"]
    id: str
    subject: str
    message: str


class RowFindingsObject(TypedDict):
    """The last line of ``policy rls --check``."""

    type: Literal["row_findings"]
    policies: int
    findings: int


class ProbeAnswerObject(TypedDict):
    """One answer of ``probe``: ``verdict`` is yes, no, ignored or unknown; ``names`` what it is about, if not all."""

    type: Literal["probe_answer"]
    subject: str
    verdict: str
    evidence: str
    names: list[str]


class ProbeObject(TypedDict):
    """The last line of ``probe``: with which traits the store is used from now on.

    ``problems`` is what its provider is known for and it does not do; ``left_behind`` are keys of the
    bucket that could not be removed.
    """

    type: Literal["probe"]
    store: StorePlace
    at: str
    believed_until: str
    requests: int
    atomic_create: bool
    atomic_multipart_create: bool
    etag: str
    checked_digests: list[str]
    sorted_listing: bool
    lost_headers: list[str]
    unknown: list[str]
    problems: list[str]
    left_behind: list[str]
    remembered: bool


class ForgottenObject(TypedDict):
    """What ``probe --forget`` did: whether something was known of the store."""

    type: Literal["forgotten"]
    store: StorePlace
    found: bool


class ErrorObject(TypedDict):
    """Why a verb could not run or go on; the exit code is 2. ``hint`` is what to do about it."""

    type: Literal["error"]
    error: str
    reason: str
    hint: str
    retryable: bool
    operation: str
    key: str
    store: str


PARTS: tuple[type, ...] = (Amount, StorePlace)
OBJECTS: tuple[type, ...] = (
    PlanObject,
    StepObject,
    FieldObject,
    CollisionObject,
    NoteObject,
    PlanSummaryObject,
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
    ErrorObject,
)
