"""The rows of a table of ``docs/files/compared.md``, and what is seen of a package for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Trial = Callable[[], Any]
TRIED: dict[str, tuple[Trial, Any]] = {}
"""By the first cell of the row: what to do, and what is seen of the package where the page tells the truth.

Filled by the module of one package, in a process of its own.
"""


def row(name: str, *, seen: Any) -> Callable[[Trial], Trial]:
    """This function tries the row *name*, and gives *seen*."""

    def note(trial: Trial) -> Trial:
        TRIED[name] = (trial, seen)
        return trial

    return note
