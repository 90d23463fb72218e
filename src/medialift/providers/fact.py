"""What every section of a provider's file has."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One section of a provider's file: ``reason`` says why it is so, ``source`` where that is written."""

    reason: str
    source: str
