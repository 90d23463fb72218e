"""What lets a browser send a file to the service itself, and what brings the file to its place afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        """The request for exactly *size* bytes of *content_type*; made without a request of its own unless the
        store says otherwise.

        Raises ``ValueError`` if *expires* is longer than the service honours.
        """

    def takes_upload(self, size: int) -> bool:
        """Whether there is a way at all to send it *size* bytes; those that there is none for go through the site."""


@dataclass(frozen=True, slots=True)
class Parts:
    """One file of *size* bytes in equal parts, the last one with what is left. ``id`` is the service's name for it."""

    id: str
    size: int
    part_size: int

    @property
    def count(self) -> int:
        return -(-self.size // self.part_size)

    def size_of(self, number: int) -> int:
        """Bytes of one part; the first has the number 1."""
        return min(self.part_size, self.size - (number - 1) * self.part_size)


@dataclass(frozen=True, slots=True)
class ArrivedPart:
    """A part that the service has."""

    number: int
    size: int
    etag: str


@runtime_checkable
class PartsUpload(Protocol):
    """Lets a browser send one large file in parts, in any order, and knows which of them have arrived."""

    def begin_parts(self, key: str, *, size: int, content_type: str) -> Parts:
        """Announce the upload to the service. Nothing appears under the key yet.

        Raises ``TooLargeError`` for a file that no allowed parts can hold.
        """

    def part_requests(
        self, key: str, parts: Parts, numbers: Iterable[int], *, expires: timedelta, now: datetime | None = None
    ) -> Sequence[UploadRequest]:
        """The requests for exactly the bytes of these parts; made without a request of its own.

        Raises ``ValueError`` for a number that the file does not have, and for a time as ``upload_request`` does.
        """

    def arrived_parts(self, key: str, upload: str) -> Sequence[ArrivedPart]:
        """What has arrived, by number. Raises ``NotFoundError`` if the upload is no more: ended, or aborted."""

    def finish_parts(self, key: str, upload: str, arrived: Sequence[ArrivedPart]) -> None:
        """Make the object of these parts. Ask for them first: services answer an upload that is no more in any way."""

    def abort_parts(self, key: str, upload: str) -> None:
        """Throw away what has arrived; an upload that is no more is no error."""


@dataclass(frozen=True, slots=True)
class Resumable:
    """Where the bytes of one upload go by the tus protocol, ``chunk_size`` of them at once, with *headers* each time.

    They hold a signature, and are not printed.
    """

    url: str
    chunk_size: int
    headers: Mapping[str, str] = field(repr=False)


@runtime_checkable
class ResumableUploads(Protocol):
    """Lets a browser send one large file by the tus protocol, which goes on where a connection broke."""

    def begin_resumable(self, key: str, *, size: int, content_type: str) -> str:
        """The service's name for an upload of exactly *size* bytes. Nothing appears under the key yet.

        Raises ``TooLargeError``.
        """

    def resumable(self, key: str, upload: str) -> Resumable:
        """How to send it, signed anew. Raises ``AlreadyExistsError`` if all of it has arrived."""

    def resumable_offset(self, key: str, upload: str) -> int:
        """Bytes that have arrived. Raises ``NotFoundError`` if the upload is no more."""

    def end_resumable(self, key: str, upload: str) -> None:
        """Throw away what has arrived; an upload that is no more, or is complete, is no error."""


@runtime_checkable
class ChunkedForms(Protocol):
    """Takes a large file as several forms, one after the other: those of ``upload_request``, each with a chunk.

    They are told to be one upload by a header ``X-Unique-Upload-Id``, and where they belong by ``Content-Range``.
    Source: https://cloudinary.com/documentation/upload_images#chunked_asset_upload
    """

    def chunk_size(self) -> int:
        """Bytes of each chunk but the last; a file of more than ``traits.multipart_threshold`` is sent in these."""


@runtime_checkable
class TellsByExtension(Protocol):
    """Takes an object for what its key's extension says, and for nothing else afterwards."""

    def telling_extension(self, name: str) -> str:
        """The extension that the key of such a file has to end with, without its dot; empty if none matters."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An upload in parts that was begun and neither ended nor aborted."""

    key: str
    id: str
    begun: datetime


@runtime_checkable
class TellsUnfinished(Protocol):
    """Lists the uploads in parts that nobody ended. They are in no listing, and are paid for."""

    def unfinished_uploads(self, prefix: str = "") -> Iterator[Unfinished]:
        """All of them below the folder *prefix*."""


@runtime_checkable
class Moves(Protocol):
    """Gives an object another key, where the service copies nothing. Such an object has no headers to set."""

    def move_within(self, source: str, target: str, *, if_match: str) -> None:
        """Make *target* of *source*, which then is no more, if it is the version *if_match*.

        That is its ETag, or its fingerprint where it has none. Raises ``NotFoundError`` for a missing source,
        ``PreconditionError`` if it is another version, ``AlreadyExistsError`` if there is a target.
        """


@runtime_checkable
class Copies(Protocol):
    """Copies an object without its bytes passing through here."""

    def copy_within(self, source: str, target: str, *, size: int, if_match: str, headers: Headers) -> None:
        """Make *target* of the *size* bytes of that version of *source* that has the ETag *if_match*, with new
        *headers*.

        Raises ``NotFoundError`` for a missing source, ``PreconditionError`` if it is another version.
        """
