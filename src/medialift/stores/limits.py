"""What a place would refuse, told before anything is sent: sizes and types are limits of the account or the bucket."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


class Limits(Protocol):
    """The limits of one place, as they were when somebody asked. Reasons name no file, so that they can be counted."""

    def refusal(self, key: str, size: int, content_type: str | None) -> str:
        """Why an object of *size* bytes would be refused; empty if it would be taken. ``None`` is an unknown type."""

    def doubt(self, size: int) -> str:
        """A limit that cannot be seen from here, and that *size* bytes may exceed; empty if there is none."""


@runtime_checkable
class TellsLimits(Protocol):
    """Can say what it would refuse."""

    def limits(self) -> Limits:
        """Asks the service, in one request. Raises ``StoreError``."""
