"""What a listing tells of everything that the other questions have written."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator, Mapping

from medialift.stores.probe.bench import Bench, InParts, Reply
from medialift.stores.probe.values import Finding, Subject, Verdict
from medialift.stores.s3.headers import bare

MISSING = "no such object"
AWKWARD = "\uff5ee\u0301 +%2B.txt"
"""U+FF5E comes before the emoji of the long key in UTF-8 and after it in UTF-16; e and U+0301 are not in form NFC."""
LONG = 1000
"""Bytes of the long key in its bucket. Amazon S3 holds 1,024, and so do most who speak its protocol."""


def listing(bench: Bench) -> Iterator[Finding]:
    yield _missing(bench.ask_about("head_object", MISSING))
    long_key = long_key_below(bench.folder)
    awkward, long = bench.put(AWKWARD, b"1"), bench.put(long_key, b"2")
    page = bench.ask("list_objects_v2", Prefix=bench.folder)
    if not page.ok:
        unknown = (Subject.KEYS, Subject.LONG_KEYS, Subject.ORDER, Subject.ETAG_PARTS)
        yield from (Finding(subject, Verdict.UNKNOWN, f"a listing: {page}") for subject in unknown)
        return
    listed = {entry["Key"]: bare(entry.get("ETag")) for entry in page.told.get("Contents", ())}
    yield _exact(awkward, listed, bench.folder + AWKWARD)
    yield _held(long, is_listed=bench.folder + long_key in listed)
    yield _ordered(list(listed))
    yield _in_parts(bench.in_parts, listed)


def long_key_below(folder: str) -> str:
    """A key that has :data:`LONG` bytes together with *folder*, in segments of at most 200."""
    left = LONG - len(folder.encode()) - len("😀".encode())
    segments = "/".join("k" * 199 for _ in range(left // 200 + 1))
    return "😀" + segments[:left].rstrip("/").ljust(left, "k")


def _missing(reply: Reply) -> Finding:
    verdict = {404: Verdict.YES, 403: Verdict.NO}.get(reply.status, Verdict.UNKNOWN)
    return Finding(Subject.MISSING, verdict, f"HEAD of a missing object: {reply}")


def _exact(stored: Reply, listed: Container[str], key: str) -> Finding:
    told = "a key with é in form NFD, a space, + and %"
    if not stored.ok:
        return Finding(Subject.KEYS, _refused(stored), f"{told}: {stored}")
    if key in listed:
        return Finding(Subject.KEYS, Verdict.YES, f"{told}: listed as it was written")
    changed = "in form NFC" if unicodedata.normalize("NFC", key) in listed else "as another one, or not at all"
    return Finding(Subject.KEYS, Verdict.IGNORED, f"{told}: listed {changed}")


def _held(stored: Reply, *, is_listed: bool) -> Finding:
    told = f"a key of {LONG} bytes: {stored}"
    if stored.ok:
        return Finding(Subject.LONG_KEYS, Verdict.YES if is_listed else Verdict.IGNORED, told)
    return Finding(Subject.LONG_KEYS, _refused(stored), told)


def _refused(stored: Reply) -> Verdict:
    return Verdict.NO if 400 <= stored.status < 500 and stored.status != 403 else Verdict.UNKNOWN


def _ordered(listed: list[str]) -> Finding:
    told = f"a listing of {len(listed)} keys"
    if len(listed) < 4:
        return Finding(Subject.ORDER, Verdict.UNKNOWN, told)
    if listed == sorted(listed, key=str.encode):
        return Finding(Subject.ORDER, Verdict.YES, f"{told}, in the byte order of UTF-8")
    return Finding(Subject.ORDER, Verdict.NO, f"{told}, in another order than the bytes of UTF-8")


def _in_parts(stored: InParts | None, listed: Mapping[str, str | None]) -> Finding:
    """The answer to the upload may name another ETag than the object then has: what is listed counts."""
    if stored is None or stored.full_key not in listed:
        return Finding(Subject.ETAG_PARTS, Verdict.UNKNOWN, "there is no object that went up in parts")
    if stored.opaque:
        return Finding(Subject.ETAG_PARTS, Verdict.NO, "the object is encrypted with a key of its own")
    if listed[stored.full_key] == stored.etag:
        return Finding(Subject.ETAG_PARTS, Verdict.YES, "its ETag is listed as the MD5 of the parts' MD5s")
    return Finding(
        Subject.ETAG_PARTS, Verdict.NO, "its ETag is listed as something else than the MD5 of the parts' MD5s"
    )
