"""What a plan and a comparison print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypedDict

from medialift.report.objects.parts import Amount, StorePlace, StoreRows


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
    another store. The site can read the files of ``out_of_reach_rows``, and a move cannot take them; those
    of ``vanished_rows`` were seen by an earlier run.
    ``shared`` files are named by more than one row, ``zero_bytes`` files have none.
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
    out_of_reach_rows: int
    vanished_rows: int
    shared: int
    zero_bytes: int


class ChosenObject(TypedDict):
    """A model field of a plan whose rows choose their storage: in which ``stores`` their files lie, most rows first.

    A move into several stores tells it in the plan of the first one, for all of them.
    """

    type: Literal["chosen"]
    field: str
    stores: list[StoreRows]


class CollisionObject(TypedDict):
    """Names that become one where case and Unicode form are ignored; a plan names the first few groups."""

    type: Literal["collision"]
    names: list[str]


class RefusalObject(TypedDict):
    """Files that the target would not take, by a limit of the account or the bucket; the first few are named.

    Without ``sure`` the limit cannot be seen from here, and the files are larger than its smallest value.
    """

    type: Literal["refusal"]
    reason: str
    sure: bool
    files: int
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
