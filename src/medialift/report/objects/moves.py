"""What the verbs of a move print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from medialift.report.objects.parts import Amount, AtWork, Since, StorePair, StorePlace


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


class FindingObject(TypedDict):
    """Something in a plan that stops the move, by the permanent id of its finding; ``hint`` is what to do about it."""

    type: Literal["finding"]
    id: str
    message: str
    hint: str


class PlanSummaryObject(TypedDict):
    """The last line of a plan; a move into several stores has a plan for each."""

    type: Literal["plan_summary"]
    actions: Mapping[str, Amount]
    unreferenced: Amount
    left_out: Amount
    escaped: int
    renamed: int
    clashes: int
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


class CostObject(TypedDict):
    """What the files would cost at one provider, in US dollars; ``plan --compare`` has the cheapest first.

    A month (``usd_monthly``) is what is kept, the ``offer``'s base price included, and what is sent.
    ``usd_once`` is getting there. ``escaped`` names would be kept under another key; names that are
    ``refused`` are too long, as files are ``too_large``.
    """

    type: Literal["cost"]
    provider: str
    label: str
    offer: str
    usd_monthly: float | None
    usd_kept: float | None
    usd_sent: float | None
    usd_once: float | None
    prices_as_of: str | None
    about_prices: str
    escaped: int
    refused: int
    too_large: int


class ComparisonObject(TypedDict):
    """The last line of ``plan --compare``: what was counted, and the ``egress`` (bytes a month) that was assumed."""

    type: Literal["comparison"]
    source: StorePlace
    files: int
    bytes: int
    egress: int
    stopped: bool


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
    pairs: list[StorePair]
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
    pairs: list[StorePair]
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
    """One move as the ledger holds it; ``switched`` is null while the site does not work at its target."""

    type: Literal["status"]
    move: str
    pairs: list[StorePair]
    started: str
    last_run: str | None
    states: Mapping[str, Amount]
    next: str
    switched: Since | None
    workers: list[AtWork]


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
    """The last line of ``missing``, ``orphans``, ``sweep`` and ``status --problems``."""

    type: Literal["listing"]
    listing: str
    count: int
    bytes: int


class ReferencesObject(TypedDict):
    """What became of the rows that name files: ``changed`` of them hold a new name.

    ``overtaken`` ones named another file by then and were left alone. ``escaped`` counts files whose
    key is another than their name, which needs no change of a row.
    """

    type: Literal["references"]
    rows: int
    changed: int
    overtaken: int
    escaped: int


class RowsUndoneObject(TypedDict):
    """What ``back`` did to the rows: ``undone`` ones hold their old names, ``kept`` ones were left alone."""

    type: Literal["rows_undone"]
    undone: int
    kept: int
