"""The contract of every store: what it must do, and what it may raise.

A store is one folder, or one bucket plus prefix. Keys are relative to it, use forward slashes, and
never start or end with one. ``medialift.testing.contract`` holds these obligations as tests.

Every method may raise :class:`~medialift.errors.AccessDeniedError`,
:class:`~medialift.errors.CredentialsError`, :class:`~medialift.errors.BucketNotFoundError`,
:class:`~medialift.errors.WrongRegionError`, :class:`~medialift.errors.ClockSkewError`,
:class:`~medialift.errors.ThrottledError`, :class:`~medialift.errors.UnavailableError`,
:class:`~medialift.errors.ForkedStoreError` and :class:`~medialift.errors.InvalidKeyError`;
below, "Raises" names what comes on top. No SDK's own exception ever leaves a store, and a store
that cannot tell says so: "not allowed" is never reported as "not there".
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, BinaryIO, Protocol, TypeVar, runtime_checkable

from medialift.errors import StoreError
from medialift.types import NO_HEADERS, Headers, ObjectInfo, Stored, StoreIdentity, Traits, Unlisted

Body = bytes | BinaryIO
"""What ``put`` sends: bytes, or a binary file read from its current position to its end."""


class Download(Protocol):
    """An open object. Closing it early is allowed and frees the connection.

    ``info`` describes the whole object, headers included, also when only a range was asked for.
    """

    info: ObjectInfo

    def read(self, size: int = -1, /) -> bytes:
        """At most *size* bytes, ``b""`` at the end.

        Raises :class:`~medialift.errors.TruncatedBodyError` if the body ends before its length.
        """

    def close(self) -> None: ...

    def __enter__(self) -> Download: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class ObjectStore(Protocol):
    """The required verbs. They have no defaults here: a store says what it does, all of it."""

    identity: StoreIdentity
    traits: Traits

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        """Store *body* under *key*; the whole object appears at once or not at all.

        An object that is already there is replaced. With *if_absent* it is kept, and of several
        writers at once exactly one succeeds. With *md5* (16 raw bytes, of the whole body) the store
        asks the service to compare, or compares the answer itself. The caller's file is not closed.

        Raises ``AlreadyExistsError`` (only with *if_absent*), ``UnsupportedError`` (*if_absent*
        where ``traits`` does not promise it), ``DigestMismatchError``, ``TooLargeError``,
        ``NoSpaceError``.
        """

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        """Open *length* bytes of the object from *start*; a range past the end gives ``b""``.

        With *if_match* (an ETag) only that version is opened. Raises ``NotFoundError``,
        ``PreconditionError``.
        """

    def head(self, key: str) -> ObjectInfo:
        """Describe the object, headers included. Raises ``NotFoundError``."""

    def delete(self, key: str) -> None:
        """Delete the object; deleting what is not there is no error."""

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        """Delete every key, in as few requests as the service allows.

        Yields one error for each key that could not be deleted; nothing is deleted twice, and the
        deletions happen as the iterator is consumed.
        """

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        """Every object below *prefix*, in constant memory.

        *prefix* is a folder: ``"a/b"`` gives ``a/b/c`` and never ``a/bc`` nor ``a/b`` itself; the
        empty prefix gives everything. Keys come in the byte order of their UTF-8 form if
        ``traits.sorted_listing``. With *after* only greater keys come.
        """

    def close(self) -> None:
        """Free connections. A closed store may not be used again."""


# ── abilities: asked for with capability() ───────────────────────────────────────────────────


@runtime_checkable
class Signs(Protocol):
    """Makes URLs that grant access for a time."""

    def signed_url(
        self,
        key: str,
        *,
        expires: timedelta,
        method: str = "GET",
        now: datetime | None = None,
        filename: str | None = None,
        content_type: str | None = None,
    ) -> str:
        """A URL for one object, without a request unless the store says otherwise. *filename* makes browsers
        download under it.

        Raises ``ValueError`` if *expires* is longer than the service honours.
        """


@runtime_checkable
class SignsSteadily(Protocol):
    """Signs one key after another as of one moment, and looks up only once what they share."""

    def url_signer(self, *, expires: timedelta, method: str = "GET", now: datetime) -> Callable[[str], str]:
        """What ``signed_url`` does, as a function of the key. It holds the credentials of the moment.

        Raises ``ValueError`` as ``signed_url`` does; the function raises ``InvalidKeyError``.
        """


@runtime_checkable
class SignsMany(Protocol):
    """Signs many URLs in few requests, where one alone would cost a request too."""

    def signed_urls(self, keys: Iterable[str], *, expires: timedelta, now: datetime | None = None) -> Mapping[str, str]:
        """URL by key; a key whose object the service does not find is left out."""


@runtime_checkable
class PublicUrls(Protocol):
    """Has a plain URL for every object."""

    def public_url(self, key: str) -> str:
        """The plain URL; whether the public may read it is the bucket's business."""


@runtime_checkable
class TellsPublic(Protocol):
    """Knows whether the bucket itself is open to everybody, whatever a storage's settings say."""

    def is_public(self) -> bool:
        """Whether everybody may read every object; costs one request."""


@runtime_checkable
class BareUrls(Protocol):
    """Signs its plain URLs too, where its files need that."""

    def bare_url(self, key: str) -> str:
        """The plain URL without any signature: what gives nothing unless everybody may read."""


@dataclass(frozen=True, slots=True)
class Folder:
    """One level of a listing: names of sub-folders, and the objects directly in it."""

    folders: tuple[str, ...]
    objects: tuple[ObjectInfo, ...]


@runtime_checkable
class ListsFolders(Protocol):
    """Lists one level without walking everything below it."""

    def list_folder(self, prefix: str = "") -> Folder:
        """What lies directly below *prefix*; folder names without slashes."""


Line = tuple[str, int, str | None, str | None]
"""One line of a listing: key, size in bytes, ETag without quotes, version."""


class Lister(Protocol):
    """One or several listings of a store, at once or one after the other: they share their connections."""

    def pages(self, *, after: str = "") -> Generator[Sequence[Line], None, None]:
        """Everything that ``list`` gives, in the same order. No page is empty.

        A service that cannot begin *after* a key gives what comes before it too.
        """

    def close(self) -> None: ...


@runtime_checkable
class ListsPages(Protocol):
    """Lists page by page and in plain tuples, for those who hold millions of objects against what they know."""

    def lister(self) -> Lister: ...


@runtime_checkable
class HasBulkLane(Protocol):
    """Offers a second driver of the same place, made for moving many objects from one process."""

    def bulk_lane(self, *, connections: int) -> ObjectStore:
        """Open it. Not to be used in a process that will fork. Raises ``MissingExtraError``."""


@runtime_checkable
class MakesBucket(Protocol):
    """Can create the bucket or folder itself."""

    def make_bucket(self) -> None:
        """Create it; one that is already ours is no error. Raises ``AlreadyExistsError`` if it is another's."""


@runtime_checkable
class ReadsPaths(Protocol):
    """Keeps its objects as files on this machine's disk."""

    def path_of(self, key: str) -> str:
        """The absolute path of the object's file, whether or not it exists."""


@runtime_checkable
class TellsUnlisted(Protocol):
    """Knows of things that ``list`` leaves out: broken links, sockets, names that are not text."""

    def unlisted(self, prefix: str = "") -> Iterator[Unlisted]:
        """Everything below *prefix* that ``list`` leaves out, each with the reason."""


@runtime_checkable
class TellsWriting(Protocol):
    """Can tell that somebody is writing an object right now."""

    def is_being_written(self, key: str) -> bool:
        """Whether a writer holds the object at this moment. Raises ``NotFoundError``."""


@runtime_checkable
class Patient(Protocol):
    """Knows how long it waits for a service that says nothing."""

    @property
    def patience(self) -> float:
        """Seconds after which a request without an answer is given up."""


@runtime_checkable
class TrustsAuthority(Protocol):
    """Knows which authorities' certificates its service is believed by."""

    @property
    def authority(self) -> str:
        """The file of certificates that is trusted in the place of the machine's own, or empty."""


@runtime_checkable
class Tidies(Protocol):
    """Leaves traces beside its objects, and can remove them: unfinished writes, empty folders."""

    def remove_unfinished(self) -> int:
        """Remove what killed writers left, never what a living one still writes; how many that were.

        What cannot be removed stays, without an error.
        """

    def remove_empty_folder(self, folder: str) -> None:
        """Remove a folder in which nothing is; anything else stays as it is."""


A = TypeVar("A")


def capability(store: ObjectStore, ability: type[A]) -> A | None:
    """The layer of *store* that has *ability*, looking through its wrappers; ``None`` if there is none.

    A layer withholds abilities, its own or those below it, by listing them in ``lacks``: a read-only
    wrapper must not let a writing ability through, and S3 behind a provider that cannot sign has none.
    """
    layer: Any = store
    while layer is not None:
        if ability in getattr(layer, "lacks", ()):
            return None
        if isinstance(layer, ability):
            return layer
        layer = getattr(layer, "inner", None)
    return None
