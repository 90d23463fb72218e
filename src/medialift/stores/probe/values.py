"""What a probe found: values that travel, print and can be kept."""

from __future__ import annotations

import enum
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from medialift.stores.base import ObjectStore
from medialift.types import StoreIdentity

FOLDER = ".medialift-probe"
"""The folder of a store that belongs to probes alone: nothing in it is media."""

LASTS = timedelta(days=30)
"""How long a result is believed: services change what they do without a word."""


def is_a_trial(name: str) -> bool:
    """Whether *name* is one of a probe's own objects."""
    return name.startswith(f"{FOLDER}/")


class Verdict(enum.Enum):
    """What became of one question."""

    YES = "yes"
    """The service does it."""
    NO = "no"
    """The service refuses, and says so."""
    IGNORED = "ignored"
    """The service accepts the request and does not do it: worse than a refusal, because nobody is told."""
    UNKNOWN = "unknown"
    """Nobody can tell: what the provider's data says stays in force."""


class Subject(enum.Enum):
    """What a probe asks. The values are stored and printed: they never change their meaning."""

    HEADERS = "headers"
    """The fields of :class:`~medialift.types.Headers` come back as they were sent."""
    ETAG = "etag"
    """The ETag of a body sent in one request is its MD5."""
    CREATE = "create"
    """``If-None-Match: *`` creates only where there is no object, also for two writers at once."""
    CONTENT_MD5 = "content-md5"
    """A body that does not have the MD5 in ``Content-MD5`` is refused."""
    CHECKSUM_SHA256 = "x-amz-checksum-sha256"
    """A body that does not have the SHA-256 in ``x-amz-checksum-sha256`` is refused."""
    PAYLOAD_SHA256 = "payload-sha256"
    """A body that does not have the SHA-256 that was signed is refused."""
    MISSING = "missing"
    """A missing object is told from a forbidden one (404, not 403)."""
    KEYS = "keys"
    """A key with combining accents, spaces, ``+`` and ``%`` is listed exactly as it was written."""
    LONG_KEYS = "long-keys"
    """A key of 1,000 bytes is held."""
    ORDER = "order"
    """Listings come in the byte order of the keys' UTF-8 form."""
    UNEQUAL_PARTS = "unequal-parts"
    """The parts of a multipart upload may differ in size."""
    ETAG_PARTS = "etag-parts"
    """The ETag of a multipart upload is the MD5 of the parts' MD5s, a dash, and the number of parts."""
    CREATE_PARTS = "create-parts"
    """``If-None-Match: *`` on the completion of a multipart upload is honoured."""
    SIGNED_URL = "signed-url"
    """A signed URL gives the object to a plain HTTP client."""
    PUBLIC = "public"
    """Everybody may read the object at its plain URL."""
    DELETE_MANY = "delete-many"
    """One request deletes many objects."""


DIGESTS = (Subject.CONTENT_MD5, Subject.CHECKSUM_SHA256, Subject.PAYLOAD_SHA256)
"""The subjects that are digests, under the names that ``Traits.checked_digests`` has for them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question. ``evidence`` says what was tried and what came back; it holds no secret.

    ``names`` are what the verdict is about where it is not about all: the headers that were lost.
    """

    subject: Subject
    verdict: Verdict
    evidence: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Probed:
    """The result of one probe of the store *identity*, begun at *at* (aware).

    ``left_behind`` are full keys of the bucket that could not be removed.
    """

    identity: StoreIdentity
    at: datetime
    findings: tuple[Finding, ...]
    requests: int
    left_behind: tuple[str, ...] = ()

    @property
    def believed_until(self) -> datetime:
        return self.at + LASTS

    def is_fresh(self, now: datetime) -> bool:
        """Whether the result is still believed at *now* (aware)."""
        return now < self.believed_until

    @property
    def unknowns(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict is Verdict.UNKNOWN)

    def finding(self, subject: Subject) -> Finding:
        """What was found of *subject*; a subject that an older probe did not know of is unknown."""
        found = (finding for finding in self.findings if finding.subject is subject)
        return next(found, Finding(subject, Verdict.UNKNOWN, "not asked"))

    def verdict(self, subject: Subject) -> Verdict:
        return self.finding(subject).verdict


@runtime_checkable
class CanBeProbed(Protocol):
    """The ability of a store whose service may do less, or more, than its documents say."""

    def probe(self, *, stop: threading.Event | None = None) -> Probed | None:
        """Try everything, in about 25 requests and 10 MiB, and leave the place as it was.

        ``None`` if *stop* was set meanwhile. Raises every error of a store that cannot be written to.
        """

    def as_probed(self, probed: Probed) -> ObjectStore:
        """The same place, with the traits that *probed* found. Sends nothing."""
