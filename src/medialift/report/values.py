"""What the command line has to tell: each verb's result as one value, whatever it will look like."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from medialift.move.journal import Tally
from medialift.move.summary import Names, Summary
from medialift.move.values import MoveResult, VerifyResult
from medialift.types import Proof, State, StoreIdentity, Traits

if TYPE_CHECKING:  # what most verbs do not tell of
    from medialift.doctor.check import Outcome
    from medialift.doctor.check import State as CheckState
    from medialift.doctor.finding import Finding as DoctorFinding
    from medialift.move.certificate import Certificate
    from medialift.report.estimate import Estimate
    from medialift.stores.probe import Probed


@dataclass(frozen=True, slots=True)
class Place:
    """One end of a move: the store, and the alias that names it today (empty if none does)."""

    alias: str
    identity: StoreIdentity


@dataclass(frozen=True, slots=True)
class Pair:
    source: Place
    target: Place


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one model field, whatever they say.

    ``empty`` ones hold NULL or ``''``, ``elsewhere`` ones name a file of another store.
    """

    total: int = 0
    empty: int = 0
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class PlanReport:
    """A dry run.

    ``rows`` are those of every field that was read (``app_label.Model.field``), ``notes`` facts about
    the models and stores that the counts do not show, ``next`` is the command to type, or empty.
    ``findings`` are what stops the move. ``part`` is which one of how many, where files go to several
    stores. ``is_whole`` says that the rows of every model were read, and not of chosen ones. ``chosen``
    has the fields whose rows choose their storage: how many rows name a file of which store, most first.
    """

    pair: Pair
    summary: Summary
    estimate: Estimate
    rows: Mapping[str, Rows]
    notes: tuple[str, ...]
    next: str
    findings: tuple[DoctorFinding, ...] = ()
    part: tuple[int, int] = (1, 1)
    is_whole: bool = True
    chosen: Mapping[str, tuple[tuple[Place, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ComparedProvider:
    """What the files would cost at one provider, in US dollars; ``None`` is unknown, which is not free.

    ``offer`` is what one would subscribe to (empty: nothing in particular). A month is ``kept`` (its base
    price included) and ``sent`` (traffic and downloads); ``once`` is getting there. ``about_prices`` says
    what they leave out. ``refused`` names are too long there, ``too_large`` files too.
    """

    id: str
    label: str
    offer: str
    kept: float | None
    sent: float | None
    monthly: float | None
    once: float | None
    prices_as_of: date | None
    about_prices: str
    escaped: Names
    refused: Names
    too_large: Names


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """Every provider for one site: ``files`` is all that lies in ``source``, ``sent`` the bytes that visitors
    are taken to download in a month."""

    source: Place
    files: Tally
    sent: int
    providers: tuple[ComparedProvider, ...]
    stopped: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """One file that is not as it should be, by name. ``rows`` counts the rows that name it, by field."""

    name: str
    state: State
    reason: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Problems:
    """The first few problems of a move, how many there are, and the command that lists them (``see_all``)."""

    first: tuple[Problem, ...]
    count: int
    see_all: str


@dataclass(frozen=True, slots=True)
class MoveReport:
    """Where a move stands after a run of ``migrate``, ``copy`` or ``back``.

    ``proofs`` counts the files by the proof that is held for them. ``switch`` is the settings text to paste once
    everything is proved (empty before, and where the site is at the target already), ``next`` and ``way_back`` are the
    commands to type, or empty. ``models`` are those that this run was about; without any it was about everything.
    ``rows`` are those of every field that was read, ``notes`` what no count shows.
    """

    verb: str
    move: str
    pairs: tuple[Pair, ...]
    result: MoveResult
    problems: Problems
    proofs: Mapping[Proof, int]
    switch: str
    next: str
    way_back: str
    models: tuple[str, ...] = ()
    rows: Mapping[str, Rows] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """One verification, ``deep`` and ``sample`` as they were asked for.

    ``unproved`` counts the files of which there is no copy to verify: conflicts, failures.
    """

    move: str
    pairs: tuple[Pair, ...]
    result: VerifyResult
    deep: bool
    sample: int | None
    unproved: int
    next: str


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """One of the workers that copy a move: what it has of its part, and until when it must be heard of again."""

    worker: str
    files: int
    files_done: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Switched:
    """The site works at the target of a move since ``at``; how its checks have ended since.

    ``keep_days`` is for how long at least the originals are to be kept, ``now`` when this was asked.
    """

    at: datetime
    checked: datetime | None
    passed: int
    failed: int
    keep_days: int
    now: datetime

    @property
    def days(self) -> int:
        """Whole days since the switch."""
        return (self.now - self.at).days

    @property
    def keep_until(self) -> datetime:
        return self.at + timedelta(days=self.keep_days)


@dataclass(frozen=True, slots=True)
class MoveStatus:
    """What the ledger holds of one move; ``next`` is the command to type, or empty."""

    move: str
    pairs: tuple[Pair, ...]
    started: datetime
    last_run: datetime | None
    states: Mapping[State, Tally]
    next: str
    switched: Switched | None = None
    workers: tuple[WorkerStatus, ...] = ()
    paused: bool = False


@dataclass(frozen=True, slots=True)
class CertificateReport:
    move: str
    certificate: Certificate


class Listing(enum.Enum):
    """What a listing is of."""

    MISSING = "missing"
    OUT_OF_REACH = "out_of_reach"
    ORPHANS = "orphans"
    PROBLEMS = "problems"
    ABANDONED = "abandoned"
    SWEPT = "swept"
    OUTDATED_IMAGES = "outdated_images"
    SWEPT_IMAGES = "swept_images"
    DECISIONS = "decisions"


@dataclass(frozen=True, slots=True)
class ListingEnd:
    """How much a listing was."""

    listing: Listing
    count: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Examination:
    """How the checks of one store ended, or (with an empty alias) those of the site."""

    alias: str
    store: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How all checks ended."""

    outcomes: tuple[Outcome, ...]

    def count(self, state: CheckState) -> int:
        """How many checks ended like this."""
        return sum(outcome.state is state for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """One probe of a store; ``traits`` are those with which it is used from now on.

    ``problems`` are what its provider is known for, and it does not do. ``remembered``: the ledger has tables.
    """

    place: Place
    probed: Probed
    traits: Traits
    problems: tuple[str, ...]
    remembered: bool


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was known of a store is forgotten; ``found`` says whether there was something."""

    place: Place
    found: bool


@dataclass(frozen=True, slots=True)
class RowsUndone:
    """Rows that hold their old names again, and those that somebody else had changed since: they were ``kept``."""

    undone: int
    kept: int
