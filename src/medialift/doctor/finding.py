"""What is wrong, and the rule that says so."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Level(enum.Enum):
    """How bad a finding is: media do not work, or work in a way that nobody would want."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and a command or setting to type."""

    id: str
    message: str
    hint: str

    @property
    def level(self) -> Level:
        return _level_of(self.id)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding says: ``message`` and ``hint`` are templates. The id is never used again for another."""

    id: str
    message: str
    hint: str

    @property
    def level(self) -> Level:
        return _level_of(self.id)

    def found(self, **facts: object) -> Finding:
        return Finding(self.id, self.message.format(**facts), self.hint.format(**facts))


def _level_of(id: str) -> Level:
    return Level.ERROR if id.rpartition(".")[2].startswith("E") else Level.WARNING
