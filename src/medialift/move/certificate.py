"""The exported proof of a move, written so that others can check it without this package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from medialift.move.journal import Tally
from medialift.types import Proof, State


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was written, and what it says.

    ``complete`` is true only if every file of the move is verified at the target; ``root`` is the
    Merkle root over the sorted (name, size, SHA-256) of all that is.
    """

    folder: Path
    complete: bool
    reasons: tuple[str, ...]
    files: Tally
    root: str
    proofs: Mapping[Proof, int]
    states: Mapping[State, Tally]
