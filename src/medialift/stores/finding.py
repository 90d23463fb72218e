"""The ability to say what lies behind a name that no object has."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from medialift.types import Unlisted


@runtime_checkable
class Finds(Protocol):
    """Knows what a name leads to that is no object: the site may follow names and links that the store does not."""

    def find(self, name: str) -> Unlisted | None:
        """What is reached by *name*, as a row may write it, where ``head`` finds no object; ``None`` if nothing.

        What cannot be told for lack of permission is ``Unlisted``, never ``None``.
        """
