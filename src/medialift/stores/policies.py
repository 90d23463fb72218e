"""Giving a policy to a user or a role, through the service's own API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from medialift.stores.bucket_configuration import Value


@dataclass(frozen=True, slots=True)
class Holder:
    """Who gets a policy."""

    kind: Literal["user", "role"]
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@runtime_checkable
class AttachesPolicies(Protocol):
    """Can read and write the policies that are part of a user or a role."""

    def attached_policy(self, holder: Holder, name: str) -> Value | None:
        """The holder's policy of this name; ``None`` if there is none."""

    def attach_policy(self, holder: Holder, name: str, policy: Value) -> None:
        """Write it, in the place of one of the same name. Raises ``NotFoundError`` if there is no such holder."""
