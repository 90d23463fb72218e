"""What lets a browser send a file to the service itself, and what brings the file to its place afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from medialift.types import Headers


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """The one request that a browser sends: a form (``POST``) or the bare file (``PUT``).

    *fields* come in a form before the file, whose own field is called ``file`` and comes last.
    *headers* go with the bare file. It holds a signature, and does not print it.
    """

    method: str
    url: str = field(repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@runtime_checkable
class DirectUpload(Protocol):
    """Lets whoever holds a signed request store one object, of one size and type, for a time."""

    def upload_request(
        self, key: str, *, size: int, content_type: str, expires: timedelta, now: datetime | None = None
    ) -> UploadRequest:
        """The request for exactly *size* bytes of *content_type*; made without a request of its own.

        Raises ``ValueError`` if *expires* is longer than the service honours.
        """


@runtime_checkable
class Copies(Protocol):
    """Copies an object without its bytes passing through here."""

    def copy_within(self, source: str, target: str, *, if_match: str, headers: Headers) -> None:
        """Make *target* of the version of *source* that has the ETag *if_match*, with new *headers*.

        Raises ``NotFoundError`` for a missing source, ``PreconditionError`` if it is another version.
        """
