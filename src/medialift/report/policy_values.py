"""What a policy, a bucket's settings and a database's rules have to tell."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from medialift.generate.changes import Change
from medialift.generate.rls_check import Finding as RowFinding


@dataclass(frozen=True, slots=True)
class Generated:
    """A policy, configuration or page of steps; ``file`` is where it was written, or empty."""

    kind: str
    alias: str
    text: str
    file: str


class SettingState(enum.Enum):
    """How far a setting of a bucket is."""

    PLANNED = "planned"
    APPLIED = "applied"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class SettingReport:
    """One setting of a bucket that is not as wished, or was made so."""

    change: Change
    state: SettingState


@dataclass(frozen=True, slots=True)
class RowFindings:
    """What the live row-level security really allows; ``policies`` is how many there are."""

    policies: int
    findings: tuple[RowFinding, ...]
