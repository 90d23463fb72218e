"""Which digests the service really compares with the body: each is sent once with other bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from medialift.errors import DigestMismatchError, ThrottledError, UnavailableError
from medialift.stores.probe.bench import Bench, Reply
from medialift.stores.probe.values import Finding, Subject, Verdict

KEY = "damaged"
BODY = b"these are the bytes that arrive\n"
OTHER = b"THESE ARE THOSE OF THE DIGEST..\n"


def digests(bench: Bench) -> Iterator[Finding]:
    md5 = _base64(hashlib.md5(OTHER, usedforsecurity=False).digest())
    yield _judged(Subject.CONTENT_MD5, bench.put(KEY, BODY, ContentMD5=md5))
    with bench.arriving_as(BODY):
        damaged = bench.put(KEY, OTHER)
    yield _judged(Subject.PAYLOAD_SHA256, damaged)
    yield _checksum(bench)


def _checksum(bench: Bench) -> Finding:
    """Services that do not know the header may refuse every one of its values: that is no comparison."""
    wrong = bench.put(KEY, BODY, ChecksumSHA256=_base64(hashlib.sha256(OTHER).digest()))
    if wrong.ok or wrong.means(DigestMismatchError):
        return _judged(Subject.CHECKSUM_SHA256, wrong)
    right = bench.put(KEY, BODY, ChecksumSHA256=_base64(hashlib.sha256(BODY).digest()))
    if right.ok:
        return _judged(Subject.CHECKSUM_SHA256, wrong)
    return Finding(Subject.CHECKSUM_SHA256, Verdict.NO, f"a wrong digest: {wrong}; a right one: {right}")


def _judged(subject: Subject, wrong: Reply) -> Finding:
    if wrong.ok:
        return Finding(subject, Verdict.IGNORED, f"a body with a wrong digest: {wrong}")
    # Any other refusal is one of this body: the same header was taken with the right digest.
    unclear = wrong.means(UnavailableError, ThrottledError) and wrong.status >= 500
    verdict = Verdict.UNKNOWN if unclear else Verdict.YES
    return Finding(subject, verdict, f"a body with a wrong digest: {wrong}")


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
