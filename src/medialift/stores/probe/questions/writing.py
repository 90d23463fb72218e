"""What comes back of an object that was stored in one request."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import fields

from medialift.stores.probe.bench import Bench, Reply
from medialift.stores.probe.values import Finding, Subject, Verdict
from medialift.stores.s3.errors import Answer, refusal
from medialift.stores.s3.headers import bare, etag_is_opaque, headers_from
from medialift.types import Headers

KEY = "a-b"
BODY = gzip.compress(b"medialift found out here what this service does\n", mtime=0)
HEADERS = Headers(
    # A type that buckets for media allow, where types are limited.
    content_type="image/png",
    cache_control="max-age=60",
    content_disposition="inline",
    content_encoding="gzip",
    content_language="en",
    metadata={"medialift-probe": "1"},
)


def store(bench: Bench) -> None:
    """Store one object. Raises the store's error if that cannot be done: nothing else can be then."""
    md5 = base64.b64encode(hashlib.md5(BODY, usedforsecurity=False).digest()).decode()
    stored = bench.put(KEY, BODY, HEADERS, ContentMD5=md5)
    if not stored.ok:
        raise refusal(Answer(stored.status, stored.code), bench.provider.throttling, **bench.where())
    bench.first = stored


def writing(bench: Bench) -> Iterator[Finding]:
    """Describe that object."""
    found = bench.ask_about("head_object", KEY)
    yield _etag(bench.first, found)
    yield _headers(found)


def _etag(stored: Reply, found: Reply) -> Finding:
    etag, expected = bare(stored.told.get("ETag")), hashlib.md5(BODY, usedforsecurity=False).hexdigest()
    if etag_is_opaque(stored.told):
        return Finding(Subject.ETAG, Verdict.NO, "the object is encrypted with a key of its own")
    if etag == expected:
        return Finding(Subject.ETAG, Verdict.YES, f"PUT: {stored}, its ETag is the body's MD5")
    if found.ok and bare(found.told.get("ETag")) == expected:
        return Finding(Subject.ETAG, Verdict.YES, f"HEAD: {found}, its ETag is the body's MD5")
    return Finding(Subject.ETAG, Verdict.NO, f"PUT: {stored}, its ETag is {'another value' if etag else 'not told'}")


def _headers(found: Reply) -> Finding:
    if not found.ok:
        return Finding(Subject.HEADERS, Verdict.UNKNOWN, f"HEAD of an object that was just stored: {found}")
    back = headers_from(found.told)
    lost = tuple(field.name for field in fields(Headers) if not _kept(field.name, back))
    if lost:
        return Finding(Subject.HEADERS, Verdict.IGNORED, f"HEAD: {found} without {', '.join(lost)}", lost)
    return Finding(Subject.HEADERS, Verdict.YES, f"HEAD: {found}, type, caching, disposition and metadata as sent")


def _kept(name: str, back: Headers) -> bool:
    if name == "metadata":
        return dict(HEADERS.metadata).items() <= back.metadata.items()
    return bool(getattr(back, name) == getattr(HEADERS, name))
