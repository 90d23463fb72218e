"""What the service makes of an upload in parts.

One upload answers two questions: its parts differ in size, and it is completed on the condition that
there is no such object yet. Only where that is refused does it take more to tell which of the two
was. A second upload, of one byte, meets the object that the first has made. The listing that follows
tells what has become of its ETag.

Source of the rules: https://developers.cloudflare.com/r2/objects/multipart-objects/ (equal parts),
https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html (condition, ETag).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from medialift.errors import PreconditionError, UnsupportedError
from medialift.stores.probe.bench import Bench, InParts, Reply
from medialift.stores.probe.questions.creating import refused
from medialift.stores.probe.values import Finding, Subject, Verdict
from medialift.stores.s3.headers import etag_is_opaque

KEY = "Z.parts"


@dataclass(frozen=True, slots=True)
class _Upload:
    """One upload with its parts sent, or ``refusal``: the answer of the request that was refused."""

    id: str = ""
    parts: tuple[dict[str, object], ...] = ()
    md5s: tuple[bytes, ...] = ()
    refusal: Reply | None = None


@dataclass(frozen=True, slots=True)
class _Finished:
    """``conditional`` is the answer to the completion with the condition, ``end`` the one that counts."""

    upload: _Upload
    conditional: Reply
    end: Reply


def parts(bench: Bench) -> Iterator[Finding]:
    least = bench.provider.multipart.min_part
    unequal = _finished(bench, _sent(bench, (least, least + 1, 1)))
    yield _unequal(unequal.end, unequal.upload)
    best = unequal
    if not unequal.end.ok:
        _abort(bench, unequal.upload)
        best = _finished(bench, _sent(bench, (least, 1)))
    if not best.end.ok:
        _abort(bench, best.upload)
        yield Finding(Subject.CREATE_PARTS, Verdict.UNKNOWN, f"an upload in two equal parts: {best.end}")
        return
    bench.in_parts = InParts(bench.folder + KEY, _expected(best.upload), etag_is_opaque(best.end.told))
    yield _create(bench, best.conditional)


def _sent(bench: Bench, sizes: Sequence[int]) -> _Upload:
    begun = bench.begin_upload(KEY)
    if not begun.ok:
        return _Upload(refusal=begun)
    id = begun.told["UploadId"]
    sent, md5s = [], []
    for number, size in enumerate(sizes, start=1):
        body = b"%d" % number * size
        part = bench.ask_about("upload_part", KEY, UploadId=id, PartNumber=number, Body=body)
        if not part.ok:
            return _Upload(id, refusal=part)
        sent.append({"PartNumber": number, "ETag": part.told.get("ETag", "")})
        md5s.append(hashlib.md5(body, usedforsecurity=False).digest())
    return _Upload(id, tuple(sent), tuple(md5s))


def _finished(bench: Bench, upload: _Upload) -> _Finished:
    if upload.refusal is not None:
        return _Finished(upload, upload.refusal, upload.refusal)
    conditional = _complete(bench, upload, IfNoneMatch="*")
    return _Finished(upload, conditional, conditional if conditional.ok else _complete(bench, upload))


def _complete(bench: Bench, upload: _Upload, **condition: str) -> Reply:
    reply = bench.ask_about(
        "complete_multipart_upload",
        KEY,
        UploadId=upload.id,
        MultipartUpload={"Parts": list(upload.parts)},
        **condition,
    )
    if reply.ok:
        bench.uploads.pop(upload.id, None)
        bench.note_version(bench.folder + KEY, reply)
    return reply


def _abort(bench: Bench, upload: _Upload) -> None:
    if upload.id and bench.ask_about("abort_multipart_upload", KEY, UploadId=upload.id).ok:
        bench.uploads.pop(upload.id, None)


def _unequal(end: Reply, upload: _Upload) -> Finding:
    if end.ok:
        return Finding(Subject.UNEQUAL_PARTS, Verdict.YES, f"three parts of different sizes: {end}")
    verdict = Verdict.NO if upload.parts and 400 <= end.status < 500 and end.status != 403 else Verdict.UNKNOWN
    return Finding(Subject.UNEQUAL_PARTS, verdict, f"three parts of different sizes: {end}")


def _expected(upload: _Upload) -> str:
    digest = hashlib.md5(b"".join(upload.md5s), usedforsecurity=False).hexdigest()
    return f"{digest}-{len(upload.md5s)}"


def _create(bench: Bench, first: Reply) -> Finding:
    if not first.ok:
        return Finding(Subject.CREATE_PARTS, refused(first), f"completing a new upload with If-None-Match: *: {first}")
    again = _sent(bench, (1,))
    second = again.refusal or _complete(bench, again, IfNoneMatch="*")
    if not second.ok:
        _abort(bench, again)
    told = f"completing with If-None-Match: * twice: {first}, then {second}"
    if second.ok:
        bench.in_parts = InParts(bench.folder + KEY, _expected(again), etag_is_opaque(second.told))
        return Finding(Subject.CREATE_PARTS, Verdict.IGNORED, told)
    if again.refusal is None and second.means(PreconditionError):
        return Finding(Subject.CREATE_PARTS, Verdict.YES, told)
    return Finding(Subject.CREATE_PARTS, Verdict.NO if second.means(UnsupportedError) else Verdict.UNKNOWN, told)
