"""What a store's credentials are, without what they hold."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


class Lifetime(enum.Enum):
    """How long credentials last."""

    LONG = "until somebody deletes them"
    TEMPORARY = "for a time, and nothing renews them"
    RENEWED = "for a time, and their source renews them"


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """``expires`` is in UTC, ``None`` where nobody tells it.

    ``is_master``: their form is that of the keys which the service gives to the account itself.
    """

    lifetime: Lifetime
    expires: datetime | None = None
    is_master: bool = False


@runtime_checkable
class TellsCredentials(Protocol):
    """Knows what its credentials are."""

    def credential_facts(self) -> CredentialFacts:
        """Sends nothing to the service. Raises :class:`~medialift.errors.CredentialsError` if there are none."""


@runtime_checkable
class TellsCaller(Protocol):
    """Can ask the service whose its credentials are."""

    def caller(self) -> str:
        """The service's name for them, such as ``arn:aws:iam::123456789012:user/site``."""
