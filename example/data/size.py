"""How much content the example gets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """``photos`` are for each album; the whole is a few hundred files."""

    photos: int = 24
    papers: int = 30
    notes: int = 40
