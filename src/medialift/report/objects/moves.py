"""What the verbs of a move print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from medialift.report.objects.parts import Amount, AtWork, FileSide, Since, StorePair


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

    ``models`` are those that the run was about (none: everything), and ``taken`` what it took of the source, done
    before or not; ``states`` and ``proofs`` are of all runs of the move.
    ``deleted`` counts, on the way back, files of the move that are gone from where they were moved to;
    ``elsewhere`` by field the rows that name files of other stores.
    """

    type: Literal["move"]
    verb: str
    move: str
    pairs: list[StorePair]
    complete: bool
    stopped: bool
    models: list[str]
    taken: Amount
    copied: Amount
    adopted: Amount
    elapsed: float
    states: Mapping[str, Amount]
    proofs: Mapping[str, int]
    problems: int
    deleted: int
    elsewhere: Mapping[str, int]
    switch: str
    next: str
    way_back: str


class VerificationObject(TypedDict):
    """The last line of ``verify``.

    ``bound`` is the share of bad objects that a clean sample rules out at 95 % confidence;
    ``unproved`` counts files of which there is no copy to verify: conflicts, earlier failures;
    ``waited`` are the seconds until no upload without an answer could land any more.
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
    waited: float
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
    paused: bool


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


class DecisionObject(TypedDict):
    """One file that no further run of a move ends by itself, with what lies on both sides (null: nothing).

    ``decided`` is empty, ``left``, ``replaced``, ``undone`` or ``failed``.
    """

    type: Literal["decision"]
    name: str
    state: str
    reason: str
    decided: str
    source: FileSide | None
    target: FileSide | None


class MissingObject(TypedDict):
    """One row whose file is not there."""

    type: Literal["missing"]
    name: str
    field: str
    pk: str


class OutOfReachObject(TypedDict):
    """One row whose file the site can read and a move cannot take; ``reason`` says why."""

    type: Literal["out_of_reach"]
    name: str
    field: str
    pk: str
    reason: str


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
