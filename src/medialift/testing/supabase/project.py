"""One project: its keys, its buckets, its objects, and who may do what to them."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

from medialift.testing.supabase import refusals, tokens
from medialift.testing.supabase.policies import Policy
from medialift.testing.supabase.tokens import Claims

MIB = 1024 * 1024

PART = 16 * MIB
"""Bytes above which a hosted project's own storage splits a single upload, and its ETag is no MD5 of the body."""
RESUMABLE_PART = 50 * MIB


@dataclass(frozen=True)
class Bucket:
    """``file_size_limit`` in bytes; ``allowed_mime_types`` are compared letter by letter, or ``type/*``."""

    id: str
    name: str
    public: bool = False
    file_size_limit: int | None = None
    allowed_mime_types: Sequence[str] | None = None
    created: datetime = field(default_factory=lambda: datetime.now(timezone.utc))


@dataclass(frozen=True)
class StoredObject:
    """One row and its bytes. ``metadata`` is the user's own; ``None`` of objects that were uploaded resumably."""

    name: str
    data: bytes
    content_type: str
    cache_control: str
    etag: str
    metadata: Mapping[str, object] | None
    owner: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    version: str = field(default_factory=lambda: str(uuid.uuid4()))
    created: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    modified: datetime = field(default_factory=lambda: datetime.now(timezone.utc))


@dataclass
class ResumableUpload:
    """One upload that goes on where it broke; ``length`` in bytes, ``None`` while the client has not told it."""

    bucket: str
    key: str
    length: int | None
    upserts: bool
    owner: str
    content_type: str
    cache_control: str
    metadata: Mapping[str, object] | None
    data: bytearray = field(default_factory=bytearray)
    finished: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Project:
    """``hosted`` gives ETags as the hosted service does; a self-hosted one on a disk has plain MD5s throughout.

    ``size_limit`` is that of the whole project, in bytes. ``vanishing`` downloads from now on meet an
    object that is just being replaced.
    """

    ref: str = "abcdefghijklmnopqrst"
    jwt_secret: str = field(default_factory=lambda: secrets.token_urlsafe(30), repr=False)
    publishable_key: str = field(default_factory=lambda: f"sb_publishable_{secrets.token_urlsafe(16)}")
    secret_key: str = field(default_factory=lambda: f"sb_secret_{secrets.token_urlsafe(16)}", repr=False)
    size_limit: int = 50 * MIB
    hosted: bool = True
    policies: list[Policy] = field(default_factory=list)
    buckets: dict[str, Bucket] = field(default_factory=dict)
    objects: dict[tuple[str, str], StoredObject] = field(default_factory=dict)
    uploads: dict[str, ResumableUpload] = field(default_factory=dict)
    vanishing: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def anon_key(self) -> str:
        """The legacy key for browsers."""
        return self.key_of_role("anon")

    @property
    def service_key(self) -> str:
        """The legacy key that may do everything."""
        return self.key_of_role("service_role")

    def key_of_role(self, role: str) -> str:
        # The times are fixed so that a key asked for twice is the same.
        return tokens.sign({"iss": "supabase", "ref": self.ref, "role": role, "iat": 1, "exp": 2**32}, self.jwt_secret)

    def user_token(self, subject: str | None = None, **claims: object) -> str:
        """What a signed-in user sends; *subject* is a UUID, as the service's own sign-in gives."""
        now = int(time.time())
        standard = {"sub": subject or str(uuid.uuid4()), "role": "authenticated", "iat": now, "exp": now + 3600}
        return tokens.sign({**standard, **claims}, self.jwt_secret)

    def make_bucket(self, id: str, **options: object) -> Bucket:
        """Create a bucket as the dashboard would."""
        with self.lock:
            self.buckets[id] = Bucket(id, **{"name": id, **options})  # type: ignore[arg-type]
            return self.buckets[id]

    def bucket(self, id: str) -> Bucket:
        """Raises the refusal of one that is not there."""
        found = self.buckets.get(id)
        if found is None:
            raise refusals.no_such_bucket()
        return found

    def find(self, bucket: str, name: str) -> StoredObject:
        found = self.objects.get((bucket, name))
        if found is None:
            raise refusals.no_such_key()
        return found

    def write(self, bucket: str, made: StoredObject) -> StoredObject:
        """Store *made*, whatever is there: the service's last step never asks. A row that was there keeps its id."""
        with self.lock:
            old = self.objects.get((bucket, made.name))
            if old is not None:
                made = _in_place_of(old, made)
            self.objects[bucket, made.name] = made
            return made

    def etag(self, data: bytes, *, resumable: bool = False) -> str:
        """As the storage behind the service makes it."""
        part = RESUMABLE_PART if resumable else PART
        if not self.hosted or (len(data) <= part and not resumable):
            return _md5(data).hex()
        parts = [_md5(data[at : at + part]) for at in range(0, len(data), part)] or [_md5(b"")]
        return f"{_md5(b''.join(parts)).hex()}-{len(parts)}"

    def policy_allows(self, claims: Claims, operation: str, bucket: str, name: str) -> bool:
        # All of them are asked, as the database does: one that fails, fails for every bucket.
        answers = [policy.allows(claims, operation, bucket, name) for policy in self.policies]
        return any(answers)


def _in_place_of(old: StoredObject, made: StoredObject) -> StoredObject:
    return StoredObject(
        made.name, made.data, made.content_type, made.cache_control, made.etag, made.metadata, made.owner,
        id=old.id, created=old.created,
    )  # fmt: skip


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()
