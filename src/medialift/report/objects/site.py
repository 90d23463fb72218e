"""What the verbs print that prepare and accompany the switch of a site."""

from __future__ import annotations

from typing import Literal, TypedDict


class FreezeObject(TypedDict):
    """What ``freeze`` found or did; ``since`` is null while nothing is frozen, ``retry_after`` is in seconds.

    ``obeying`` and ``deaf`` are the aliases that refuse writes during a freeze, and those that do not.
    """

    type: Literal["freeze"]
    frozen: bool
    since: str | None
    retry_after: int
    reason: str
    obeying: list[str]
    deaf: list[str]
    middleware: bool
