"""The frozen values that travel between stores, and between the stages of a move."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

NO_METADATA: Mapping[str, str] = MappingProxyType({})


# ── what a store says ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class StoreIdentity:
    """What a store *is*, whatever alias names it today. Holds no secret.

    ``container`` is the bucket, or the real path of the folder. ``endpoint`` is empty where the
    bucket's name alone is unique in the world (Amazon S3).
    """

    provider: str
    container: str
    prefix: str = ""
    endpoint: str = ""

    def __str__(self) -> str:
        place = "/".join(part for part in (self.container, self.prefix) if part)
        at = f" ({self.endpoint})" if self.endpoint else ""
        return f"{self.provider}:{place}{at}"

    def contains(self, other: StoreIdentity) -> bool:
        """Whether every key of *other* is also a key of this store (true for itself)."""
        mine, theirs = self.place, other.place
        return theirs == mine or theirs.startswith(mine + "/")

    @property
    def place(self) -> str:
        """What two identities have in common if they are the same place under two brands."""
        # Two drivers of one service are one place: the provider's brand is left out of it
        # wherever an endpoint already says where the bucket is.
        where = self.endpoint or self.provider
        return "/".join(part for part in (where, self.container.rstrip("/"), self.prefix.strip("/")) if part)


@dataclass(frozen=True, slots=True)
class Headers:
    """What a store keeps beside the bytes and gives back to browsers."""

    content_type: str | None = None
    cache_control: str | None = None
    content_disposition: str | None = None
    content_encoding: str | None = None
    content_language: str | None = None
    metadata: Mapping[str, str] = field(default_factory=lambda: NO_METADATA)


NO_HEADERS = Headers()


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One object as ``head`` or ``list`` reports it.

    ``etag`` comes without quotes. ``headers`` is empty in listings: services do not send them there.
    ``fingerprint`` changes whenever the object may have changed (on disk: device, inode, size and
    mtime in nanoseconds; in object storage: the ETag or version).
    """

    key: str
    size: int
    etag: str | None = None
    modified: datetime | None = None
    fingerprint: str = ""
    version: str | None = None
    headers: Headers = NO_HEADERS


@dataclass(frozen=True, slots=True)
class Digests:
    """Raw digests of one object's bytes, computed from the source.

    ``md5`` is empty where it would prove nothing: bodies that go up in parts, targets without MD5s.
    """

    sha256: bytes
    md5: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer to a ``put``.

    ``part_size`` is set (bytes) if the object went up in parts: then ``etag`` is the MD5 of the
    parts' MD5s where the store's :class:`ETag` meaning is MD5, and can be computed again. ``opaque``
    says that this object's ETag tells nothing of its bytes, although the store's others do: it is
    encrypted with a key of its own. ``md5`` is that of the whole body (16 bytes), from a store that had
    to compute it: it spares whoever needs it too the slowest of all digests. ``unanswered`` says that it was
    sent before without an answer: that sending may still land.
    """

    key: str
    size: int
    etag: str | None = None
    version: str | None = None
    part_size: int | None = None
    opaque: bool = False
    md5: bytes | None = field(default=None, compare=False, repr=False)
    unanswered: bool = field(default=False, compare=False, repr=False)


class ETag(enum.Enum):
    """What an ETag says about the bytes."""

    MD5 = "md5"
    """MD5 of the body; for multipart uploads, MD5 of the parts' MD5s, a dash, the number of parts."""
    WHOLE_MD5 = "whole-md5"
    """MD5 of the body where it has no dash; with a dash it says nothing: the service cuts bodies as it likes."""
    OPAQUE = "opaque"
    """Changes with the object, says nothing about its bytes."""


@dataclass(frozen=True, slots=True)
class KeyRules:
    """Which keys a store can hold exactly as given; :mod:`medialift.keys` escapes all others.

    ``allowed`` is the inside of a regular expression's character class (empty: every character).
    ``max_bytes`` counts the UTF-8 form without the store's own prefix.
    """

    allowed: str = ""
    max_bytes: int = 1024
    max_segment_bytes: int | None = None
    folds_to_nfc: bool = False
    refuses_empty_segments: bool = False
    refused_segment: str = ""
    """A regular expression of whole segments that the service refuses (Cloudinary: ``v[0-9]+``)."""
    refuses_outer_spaces: bool = False


@dataclass(frozen=True, slots=True)
class Traits:
    """What a store can promise; measured by a probe or given by the provider's data.

    ``checked_digests`` names the digests that the *server* compares with the body before it
    accepts it: ``"payload-sha256"``, ``"content-md5"``, ``"x-amz-checksum-sha256"``.
    ``lost_headers`` names the fields of :class:`Headers` that a store which keeps headers drops all
    the same. ``part_size`` is the default for multipart uploads, in bytes; ``multipart_threshold`` the
    body size above which ``put`` uses them (0 = never).
    """

    atomic_create: bool = False
    atomic_multipart_create: bool = False
    etag: ETag = ETag.OPAQUE
    checked_digests: frozenset[str] = frozenset()
    sorted_listing: bool = True
    keeps_headers: bool = True
    lost_headers: frozenset[str] = frozenset()
    key_rules: KeyRules = KeyRules()
    part_size: int = 8 * 1024 * 1024
    multipart_threshold: int = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Something that lies in a store's place and is no object. ``place`` is printable, and no key.

    ``readable`` says that a site which follows every link and every name may read bytes there all the same.
    ``name`` is the name of the file that a row means by writing a path, empty where it means none that could be named.
    """

    place: str
    reason: str
    readable: bool = True
    name: str = ""


# ── what travels through a move ──────────────────────────────────────────────────────────────


class Reference(NamedTuple):
    """One row's claim that a file exists. ``field`` is ``app_label.Model.field``.

    A tuple, because a plan makes one of these per row and a frozen dataclass takes twice as long.
    """

    name: str
    field: str
    pk: str


class OutOfReach(NamedTuple):
    """A row whose file the site can read and the store leaves out, and why no move can take it."""

    row: Reference
    reason: str


class State(enum.IntEnum):
    """Where one item stands. Numbers are stored; they are never reused.

    20–29 are kept free for writes during a live move.
    """

    PENDING = 1
    COPIED = 3
    VERIFIED = 4
    CONFLICT = 10
    MISSING_AT_BASELINE = 11
    UNREADABLE = 12
    NAME_INVALID_AT_TARGET = 13
    SKIPPED = 14
    """The file has gone elsewhere since it was copied here: its route leads there now."""
    FAILED = 15
    OUT_OF_REACH = 16
    """The site can read the file, and the store leaves it out."""
    VANISHED = 17
    """There when an earlier run, or this one's plan, looked; gone when it was to be copied."""
    DELETED = 18
    """It was to be moved, and neither a row nor the source has it any more: nothing is left to do."""
    ACCEPTED = 19
    """Not moved, and a person has said that this is right, knowing both sides."""


class Proof(enum.Enum):
    """Why a copy is known to be equal, strongest first. "No digest available" is never a proof."""

    READ_BACK = "read-back"
    """Every byte was fetched from the target again and hashed."""
    SERVER_CHECKED = "server-checked"
    """The target compared the body with a digest that was computed from the source's bytes."""
    ETAG_MD5 = "etag-md5"
    """The target's ETag equals the MD5 (or MD5 of part MD5s) of the source's bytes."""


@dataclass(frozen=True, slots=True)
class Found:
    """One name of an inventory: its file (``None`` if the source has none), and the rows that name it, by field.

    ``unlisted`` is what rows lead to where the source has no such object.
    """

    name: str
    info: ObjectInfo | None
    rows: Mapping[str, int]
    unlisted: Unlisted | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a move: its name, its key at the target, and what the source said of it.

    ``rows`` counts the database rows that name it, by field; empty for an unreferenced file.
    """

    name: str
    key: str
    size: int
    fingerprint: str
    rows: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def referenced(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one copied item: enough to prove it again without the source."""

    name: str
    key: str
    size: int
    fingerprint: str
    digests: Digests
    etag: str | None
    version: str | None
    part_size: int | None
    proof: Proof
    state: State


class Action(enum.Enum):
    """What the plan wants to do with one item."""

    COPY = "copy"
    REPLACE = "replace"
    """The target holds exactly the bytes that an earlier pass put there, and the source has changed since."""
    ADOPT = "adopt"
    """The target already holds these bytes: nothing to send."""
    DONE = "done"
    """Copied by an earlier pass; neither side has changed since."""
    CONFLICT = "conflict"
    """The target holds other bytes under this key: nothing is done."""
    MISSING = "missing"
    """Rows name a file that the source does not have."""
    OUT_OF_REACH = "out-of-reach"
    """Rows name a file that the site can read and the source leaves out: nothing can be done before it lies inside."""
    VANISHED = "vanished"
    """Rows name a file that an earlier run has seen at the source, and that is not there any more."""
    DELETED = "deleted"
    """An earlier run was to move it, and neither a row nor the source has it any more."""
    LEAVE = "leave"
    """Somebody has decided that it is not moved, and neither side has changed since."""
    INVALID_NAME = "invalid-name"
    """The target can hold no key for this name."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a plan."""

    action: Action
    item: Item
    reason: str = ""
    target: ObjectInfo | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """One item is at the target. ``adopted`` if it had been there before."""

    item: Item
    digests: Digests
    stored: Stored
    proof: Proof
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class NotCopied:
    """One item is not at the target: ``state`` says what that means, ``reason`` why."""

    item: Item
    state: State
    reason: str
    error: str = ""
    retryable: bool = False


@dataclass(frozen=True, slots=True)
class Verified:
    """The target still holds the copy of ``judged``; ``reread`` if every byte was just fetched and hashed."""

    judged: Evidence
    reread: bool = False

    @property
    def name(self) -> str:
        return self.judged.name

    @property
    def proof(self) -> Proof:
        return Proof.READ_BACK if self.reread else self.judged.proof


@dataclass(frozen=True, slots=True)
class NotVerified:
    """The target lacks the copy of ``judged``: gone, or other bytes (``reread`` if those were fetched and hashed)."""

    judged: Evidence
    reason: str
    reread: bool = False

    @property
    def name(self) -> str:
        return self.judged.name

    @property
    def key(self) -> str:
        return self.judged.key


@dataclass(frozen=True, slots=True)
class Change:
    """One row of ``app_label.Model.field`` is to hold *new* where it holds *old* now."""

    field: str
    pk: str
    old: str
    new: str

    def reversed(self) -> Change:
        """The change that undoes this one."""
        return Change(self.field, self.pk, old=self.new, new=self.old)


class Fate(enum.IntEnum):
    """What became of a change of a row. The values are stored: they never change their meaning."""

    INTENDED = 1
    """Recorded, and perhaps made: nobody knows until somebody looks."""
    MADE = 2
    """The row holds the new name."""
    OVERTAKEN = 3
    """The row held neither name: somebody had changed it, and it was left alone."""
    UNDONE = 4
    """The row holds the old name again."""
    KEPT = 5
    """When it was to be undone, the row held neither name, and was left alone."""
