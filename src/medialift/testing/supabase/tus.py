"""Resumable uploads by the tus protocol, 1.0.0, with the extensions and the refusals that the service has.

Source: https://tus.io/protocols/resumable-upload; what each refusal says is measured.
"""

from __future__ import annotations

import base64
import contextlib
import re
import uuid
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from medialift.testing.supabase import refusals
from medialift.testing.supabase.access import Caller, caller_of
from medialift.testing.supabase.project import Project, ResumableUpload, StoredObject
from medialift.testing.supabase.refusals import Refusal
from medialift.testing.supabase.rules import check_key, check_mime, size_limit
from medialift.testing.supabase.signing import verified
from medialift.testing.supabase.uploads import NO_CACHE, UNKNOWN, user_metadata
from medialift.testing.supabase.writing import check_may_write
from medialift.testing.wire import HungUpError, Request, Response

Params = Mapping[str, str]
Handler = Callable[[Project, Request, Params], Response]

VERSION = {"Tus-Resumable": "1.0.0"}

EXPOSED = ("Location", "Tus-Resumable", "Upload-Defer-Length", "Upload-Length", "Upload-Offset")
"""What pages of other origins may read (@tus/server), and what they may send beside it."""
TAKEN = ("Authorization", "Content-Type", "Upload-Metadata", "X-Upsert", "ApiKey", "x-signature", *EXPOSED)


def in_text(handler: Handler) -> Handler:
    """Refusals in plain text with their true status; only those of a token are in JSON, as everywhere else."""

    def answering(project: Project, request: Request, params: Params) -> Response:
        if request.method != "HEAD" and not _is_signed(request):
            caller_of(project, request)
        if request.headers.get("tus-resumable") != "1.0.0":
            return Refusal(412, "", "Tus-Resumable Required").as_text()
        try:
            return handler(project, request, params)
        except Refusal as refusal:
            return refusal.as_text()

    return answering


@in_text
def create(project: Project, request: Request, params: Params) -> Response:
    """Answers the upload's address: always https, and as the service knows itself, not as the client does."""
    told = _upload_metadata(request)
    bucket, key = told.get("bucketName", ""), told.get("objectName", "")
    owner, upserts = _allowed(project, request, bucket, key)
    check_key(key)
    place = project.bucket(bucket)
    if "contentType" in told:
        check_mime(place, key, told["contentType"])
    length = _length(request)
    if (length or 0) > size_limit(project, place):
        raise Refusal(413, "", "Maximum size exceeded\n")
    upload = ResumableUpload(
        bucket,
        key,
        length,
        upserts,
        owner,
        told.get("contentType", UNKNOWN),
        _cache_control(told.get("cacheControl", "")),
        user_metadata(told["metadata"]) if "metadata" in told else None,
    )
    id = _encoded(f"{bucket}/{key}/{uuid.uuid4()}")
    project.uploads[id] = upload
    if request.content_type == "application/offset+octet-stream":
        _receive(project, request, upload)
    _finish_if_complete(project, upload)
    signed = "/sign" if _is_signed(request) else ""
    location = f"https://{request.headers.get('host', '')}/upload/resumable{signed}/{id}"
    return Response(201, {**VERSION, "Location": location, "Upload-Offset": str(len(upload.data))})


@in_text
def append(project: Project, request: Request, params: Params) -> Response:
    """Take the next bytes; what has arrived of a request that breaks is kept."""
    upload = _find(project, params)
    _allowed(project, request, upload.bucket, upload.key, upserts=upload.upserts)
    if request.content_type != "application/offset+octet-stream":
        raise Refusal(403, "", "Content-Type header required\n")
    with upload.lock:
        if request.headers.get("upload-offset") != str(len(upload.data)) or upload.finished:
            raise Refusal(409, "", "Upload-Offset conflict\n")
        if upload.length is None and "upload-length" in request.headers:
            upload.length = _length(request)
        _receive(project, request, upload)
        _finish_if_complete(project, upload)
    return Response(204, {**VERSION, "Upload-Offset": str(len(upload.data))})


@in_text
def tell(project: Project, request: Request, params: Params) -> Response:
    """How much has arrived; still answered when all of it has. Only the signed address wants its signature here."""
    upload = _find(project, params)
    if _is_signed(request):
        _allowed(project, request, upload.bucket, upload.key)
    length = {"Upload-Length": str(upload.length)} if upload.length is not None else {"Upload-Defer-Length": "1"}
    offset = {"Upload-Offset": str(len(upload.data)), "Cache-Control": "no-store"}
    return Response(200, {**VERSION, **length, **offset})


@in_text
def end(project: Project, request: Request, params: Params) -> Response:
    upload = _find(project, params)
    _allowed(project, request, upload.bucket, upload.key, upserts=upload.upserts)
    if upload.finished:
        raise Refusal(400, "", "Cannot terminate an already completed upload")
    del project.uploads[params["id"]]
    return Response(204, VERSION)


def _receive(project: Project, request: Request, upload: ResumableUpload) -> None:
    limit = upload.length if upload.length is not None else size_limit(project, project.bucket(upload.bucket))
    with contextlib.suppress(HungUpError):
        for piece in request.pieces:
            upload.data += piece
            if len(upload.data) > limit:
                raise Refusal(413, "", "Maximum size exceeded\n")


def _finish_if_complete(project: Project, upload: ResumableUpload) -> None:
    """The object appears with the last byte; of two creations the one that ends later is refused."""
    if upload.length is None or len(upload.data) < upload.length:
        return
    upload.finished = True
    with project.lock:
        if not upload.upserts and (upload.bucket, upload.key) in project.objects:
            raise refusals.duplicate()
        data = bytes(upload.data)
        etag = project.etag(data, resumable=True)
        kept = (upload.content_type, upload.cache_control, etag, upload.metadata, upload.owner)
        project.write(upload.bucket, StoredObject(upload.key, data, *kept))


def _allowed(
    project: Project, request: Request, bucket: str, key: str, *, upserts: bool | None = None
) -> tuple[str, bool]:
    """Owner, and whether it may replace. Asked at every request: a policy may have changed."""
    if _is_signed(request):
        signature = request.headers.get("x-signature")
        if signature is None:
            raise refusals.invalid_signature("Missing x-signature header")
        claims = verified(project, signature, {"bucket": bucket, "key": key}, "upload")
        return str(claims["owner"]), bool(claims["upsert"])
    caller: Caller = caller_of(project, request)
    wants = request.headers.get("x-upsert") == "true" if upserts is None else upserts
    check_may_write(caller, bucket, key, upserts=wants)
    return caller.owner, wants


def _is_signed(request: Request) -> bool:
    return "/upload/resumable/sign" in request.path


def _find(project: Project, params: Params) -> ResumableUpload:
    found = project.uploads.get(unquote(params["id"]))
    if found is None:
        raise Refusal(404, "", "The file for this url was not found\n")
    return found


def _length(request: Request) -> int | None:
    told = request.headers.get("upload-length")
    if told is None and request.headers.get("upload-defer-length") != "1":
        raise Refusal(400, "", "Upload-Length or Upload-Defer-Length header required\n")
    return int(told) if told is not None else None


def _upload_metadata(request: Request) -> dict[str, str]:
    pairs = (pair.strip().partition(" ") for pair in request.headers.get("upload-metadata", "").split(",") if pair)
    return {name: base64.b64decode(value).decode() for name, _, value in pairs}


def _cache_control(seconds: str) -> str:
    """Whole seconds, or nothing at all: other directives cannot be told."""
    return f"max-age={seconds}" if re.fullmatch(r"-?\d+", seconds) else NO_CACHE


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
