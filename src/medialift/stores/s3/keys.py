"""Credentials as a driver takes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Keys:
    """Credentials as they are at one moment. Does not print its secrets."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)
    until: datetime | None = None
    """When they end, in UTC; ``None`` where they do not, or nobody tells."""
