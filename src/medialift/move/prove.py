"""Why one copy is known to be equal: the cheapest proof that the store's answer gives, else reading back."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from medialift.errors import NotFoundError, PreconditionError
from medialift.move.digests import ETags, Hasher, is_md5_etag, parts_in, pieces
from medialift.stores.base import ObjectStore
from medialift.types import Digests, ETag, Evidence, ObjectInfo, Proof, Stored, Traits

ALWAYS_SENT = frozenset({"payload-sha256", "x-amz-checksum-sha256"})
"""Digests that a driver whose traits name them sends with every body."""


def is_same_object(evidence: Evidence, there: ObjectInfo) -> bool:
    """Whether *there* is the very object of which *evidence* tells. No version and no ETag is never the same."""
    if evidence.size != there.size:
        return False
    if evidence.version is not None and there.version is not None:
        return evidence.version == there.version
    return evidence.etag is not None and evidence.etag == there.etag


def server_checked(traits: Traits, *, md5_sent: bool) -> bool:
    """Whether the server compared the body with a digest of the source's bytes before it accepted it."""
    return bool(traits.checked_digests & ALWAYS_SENT) or (md5_sent and "content-md5" in traits.checked_digests)


def etag_speaks(traits: Traits, etag: str | None) -> bool:
    """Whether *etag* says something about the bytes."""
    whole, parts = is_md5_etag(etag), parts_in(etag) is not None
    return (whole and traits.etag is not ETag.OPAQUE) or (parts and traits.etag is ETag.MD5)


def prove(
    target: ObjectStore,
    stored: Stored,
    digests: Digests,
    etags: ETags,
    *,
    md5_sent: bool,
    halt: threading.Event,
) -> Proof | None:
    """The proof that *stored* holds the bytes of *digests*, or ``None`` if it holds others.

    *etags* are all that an MD5 ETag of these bytes may read, with the part size. An ETag that says
    "other bytes" is never believed without a look: encrypted buckets have ETags that only look like
    an MD5.
    """
    told = proof_in(target.traits, stored, etags, md5_sent=md5_sent)
    if told is not None:
        return told
    return Proof.READ_BACK if holds(target, stored.key, stored.size, digests, stored.etag, halt) else None


def proof_in(traits: Traits, stored: Stored, etags: ETags, *, md5_sent: bool = False) -> Proof | None:
    """The proof that the answer to a ``put`` is by itself; ``None`` if it is none, and somebody has to look."""
    checked = server_checked(traits, md5_sent=md5_sent)
    if not stored.opaque and etag_speaks(traits, stored.etag) and _is_known(traits, stored, etags):
        if not _is_expected(traits, stored, etags):
            return None
        return Proof.SERVER_CHECKED if checked else Proof.ETAG_MD5
    return Proof.SERVER_CHECKED if checked else None


def _is_known(traits: Traits, stored: Stored, etags: ETags) -> bool:
    """Whether it was computed what an ETag of this kind should read; it is not where the server checked the bytes."""
    if not server_checked(traits, md5_sent=False):
        return True
    return (None if is_md5_etag(stored.etag) else stored.part_size) in etags.values()


def _is_expected(traits: Traits, stored: Stored, etags: ETags) -> bool:
    # The MD5 of all the bytes is one, however they went up.
    part_size = None if traits.etag is ETag.WHOLE_MD5 else stored.part_size
    return etags.get(stored.etag or "", -1) == part_size


def holds(target: ObjectStore, key: str, size: int, digests: Digests, etag: str | None, halt: threading.Event) -> bool:
    """Whether every byte under *key*, fetched again, has these digests; an object of another version has not."""
    hasher = Hasher()
    try:
        with target.get(key, if_match=etag) as download:
            for piece in pieces(download, halt):
                hasher.update(piece)
    except (NotFoundError, PreconditionError):
        return False
    return hasher.size == size and hasher.digests().sha256 == digests.sha256


def hasher_for(traits: Traits, size: int, *, etag: str | None = None, part_sizes: Iterable[int] = ()) -> Hasher:
    """What has to be computed of a body of *size* bytes so that a target with *traits* can be believed.

    *etag* and *part_sizes* are those of the source's object, so that it can be held against them too.
    """
    in_parts = 0 < traits.multipart_threshold < size
    # Bodies whose signed SHA-256 the server compares need no MD5, which takes more than twice as long.
    needs_md5 = not server_checked(traits, md5_sent=False)
    whole = needs_md5 and (
        traits.etag is ETag.WHOLE_MD5
        or (not in_parts and (traits.etag is ETag.MD5 or "content-md5" in traits.checked_digests))
    )
    own = [traits.part_size] if needs_md5 and in_parts and traits.etag is ETag.MD5 else []
    return Hasher(whole_md5=whole or is_md5_etag(etag), part_sizes=dict.fromkeys([*own, *part_sizes]))
