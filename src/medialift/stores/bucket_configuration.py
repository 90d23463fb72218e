"""Changing a bucket's settings, in the words of S3's own API."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

Value = Mapping[str, Any]
"""What the API's ``Put…`` request of a setting takes."""


class Setting(enum.Enum):
    """What can be set, in the order in which it has to be: a public policy is refused while it is blocked."""

    PUBLIC_ACCESS_BLOCK = "public access block"
    OWNERSHIP = "ownership"
    ENCRYPTION = "encryption"
    VERSIONING = "versioning"
    LIFECYCLE = "lifecycle"
    CORS = "cors"
    POLICY = "policy"


@runtime_checkable
class AdministersBucket(Protocol):
    """Can read and change its bucket's settings. Both raise ``UnsupportedError`` where there is no such setting."""

    def configuration(self, setting: Setting) -> Value | None:
        """What is set now; ``None`` if nothing is."""

    def configure(self, setting: Setting, value: Value) -> None:
        """Set it, in place of all that was set."""
