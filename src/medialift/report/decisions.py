"""What a person has decided about a file, or has to."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from medialift.types import ObjectInfo, State


class Decision(enum.Enum):
    """``FAILED``: it was to be replaced, and could not be."""

    NONE = ""
    LEFT = "left"
    REPLACED = "replaced"
    UNDONE = "undone"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Side:
    """The file on one side, in bytes; ``place`` is where a person finds it."""

    place: str
    size: int
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionReport:
    """One file of a move: what is wrong, what lies on both sides (``None``: nothing), and what was decided."""

    name: str
    state: State
    reason: str
    source: Side | None
    target: Side | None
    decided: Decision


def side(place: str, info: ObjectInfo | None) -> Side | None:
    """What a store says of the file at *place*."""
    return Side(place, info.size, info.modified) if info is not None else None
