"""What the verbs have to tell that prepare and accompany the switch of a site."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from medialift.generate.rollout import Step
from medialift.generate.setup.values import Manual
from medialift.report.decisions import DecisionReport
from medialift.stores.versions import Version


@dataclass(frozen=True, slots=True)
class FreezeReport:
    """Whether uploads are frozen (``since`` when, for about ``retry_after`` seconds), and what obeys it.

    ``obeying`` and ``deaf`` are aliases of ``STORAGES``: those that refuse writes during a freeze, and those
    that do not. ``middleware`` says whether users are told.
    """

    since: datetime | None
    retry_after: int
    reason: str
    obeying: tuple[str, ...]
    deaf: tuple[str, ...]
    middleware: bool


@dataclass(frozen=True, slots=True)
class VersionReport:
    """One version of a file, by its name."""

    name: str
    version: Version


@dataclass(frozen=True, slots=True)
class RestorationReport:
    """A file whose version ``then`` is to become current again, in the place of ``now``."""

    name: str
    now: Version
    then: Version


@dataclass(frozen=True, slots=True)
class RestoreEnd:
    """How many files were brought back, and how many more would be."""

    restored: int
    left: int


@dataclass(frozen=True, slots=True)
class SwitchGuide:
    """The sequence of a switch, for one pair of stores of *move*."""

    move: str
    platform: str
    notes: tuple[str, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Detected:
    """What `init` has found out about the site, by what it is."""

    facts: tuple[tuple[str, str], ...]


class FileState(enum.Enum):
    """How far a file is that `init` proposes."""

    PLANNED = "planned"
    WRITTEN = "written"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that is to be written, or was; ``diff`` is in unified form."""

    path: str
    state: FileState
    diff: str


@dataclass(frozen=True, slots=True)
class SetupEnd:
    """How many files were written, and how many would be; ``manual`` is for a person to do, ``next`` to type."""

    written: int
    left: int
    manual: tuple[Manual, ...]
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BucketMade:
    """A bucket that ``init --create-bucket`` has made, has found, or would make (``planned``)."""

    environment: str
    store: str
    state: str


SiteReport = (
    FreezeReport
    | VersionReport
    | RestorationReport
    | RestoreEnd
    | SwitchGuide
    | Detected
    | FileChange
    | BucketMade
    | SetupEnd
    | DecisionReport
)
"""What the verbs tell that prepare and accompany a switch."""
