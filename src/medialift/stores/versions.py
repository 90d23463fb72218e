"""Stores that keep what was replaced and what was deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object, or (``deleted``) the mark that it was deleted at this time.

    ``id`` is the service's name for it, ``size`` in bytes, ``latest`` says that it is what readers get now.
    """

    key: str
    id: str
    modified: datetime
    size: int = 0
    latest: bool = False
    deleted: bool = False


@runtime_checkable
class KeepsVersions(Protocol):
    """Can show earlier versions of its objects, and make one of them current again.

    Both raise ``UnsupportedError`` where the service has no versions at all.
    """

    def keeps_versions(self) -> bool:
        """Whether a write now keeps what it replaces. Only then may :meth:`bring_back` be used."""

    def versions(self, prefix: str = "", *, key: str = "") -> Iterator[Version]:
        """Every version below the folder *prefix*, or of the one *key*: sorted by key, the newest first."""

    def bring_back(self, version: Version) -> str:
        """Store a copy of *version*, headers included, as the newest one; gives the copy's id.

        Raises ``NotFoundError`` if the version is gone, ``DigestMismatchError`` if the copy is another.
        """
