"""What the verbs have to tell that prepare and accompany the switch of a site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from medialift.generate.rollout import Step
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
