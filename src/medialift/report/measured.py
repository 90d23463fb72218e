"""What the engine takes, as ``benchmarks/`` has measured it: the figures of ``measured.toml``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SMALL = 20_480
"""Bytes of the objects of which :attr:`Measured.copy` tells."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure: ``source`` is the command that measures it, and on what it ran."""

    value: float
    unit: str
    at: date
    source: str


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of one core for an object in each stage, and for each byte; ``ledger`` is bytes an object."""

    plan: Figure
    copy: Figure
    per_byte: Figure
    verify: Figure
    ledger: Figure

    @property
    def at(self) -> date:
        """Since when all of them are as they are."""
        return max(figure.at for figure in (self.plan, self.copy, self.per_byte, self.verify, self.ledger))

    def copying(self, size: int) -> float:
        """CPU seconds to copy one object of *size* bytes."""
        return self.copy.value + max(0, size - SMALL) * self.per_byte.value


@cache
def measured() -> Measured:
    """The figures of this version."""
    text = resources.files("medialift.report").joinpath("measured.toml").read_text(encoding="utf-8")
    return Measured(**{name: Figure(**table) for name, table in tomllib.loads(text).items()})
