"""How Supabase's S3 protocol differs from S3, as a rule in front of a server that does not check signatures.

Measured on supabase/storage 1.70.6 (August 2026).
"""

from __future__ import annotations

import http.client
import re
from dataclasses import replace

from medialift.testing.proxy import Action, Exchange, Request, Rule

REGION = "us-east-1"
REGIONS = (REGION, "auto")
"""The project's own, and two that stand for it; here they are one, because the server behind has its own rules."""
NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
KEY = re.compile(r"[A-Za-z0-9_/!.*'() &$=@;:+,?-]+")

IGNORED = frozenset({"if-match", "if-none-match", "content-md5"})
"""Conditions and digests that nobody looks at; reading knows If-None-Match, and no If-Match."""
DROPPED = frozenset({"content-encoding", "content-disposition", "content-language", "expires"})
"""Headers of an object that are taken and not kept."""
WRITES = frozenset({"PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "CopyObject"})

ROUTED = WRITES | {
    "GetObject", "HeadObject", "DeleteObject", "DeleteObjects", "ListObjectsV2", "AbortMultipartUpload", "HeadBucket",
    "CreateBucket", "ListMultipartUploads", "ListParts",
}  # fmt: skip
"""What is safe to call: unknown sub-resources fall through and overwrite or delete the object itself."""
SUSPENDED = b'<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Suspended</Status>' + (
    b"</VersioningConfiguration>"
)


def as_supabase() -> Rule:
    """Let a server answer as Supabase's S3 protocol does."""

    def rule(request: Request) -> Action:
        if request.operation == "GET ?versioning":
            return lambda exchange: exchange.answer(200, {"Content-Type": "application/xml"}, SUSPENDED)
        meant = fallen_through(request)
        return _refused(meant) or (lambda exchange: _passed_on(exchange, meant))

    return rule


def fallen_through(request: Request) -> Request:
    """*request* as it is understood: about the bucket or the object itself, where it was about a part of it.

    So the settings of a bucket are read as a listing, made as a bucket, and removed with the bucket; a tag that is
    put replaces the object by the tag's XML, and one that is deleted takes the object with it. Versions do not exist.
    """
    if request.operation in ROUTED and "versionId" not in request.query:
        return request
    is_part = re.fullmatch(r"(GET|PUT|DELETE) \?.+|ListObjectVersions|GetObjectAttributes", request.operation)
    if not is_part and "versionId" not in request.query:
        return request
    return replace(request, target=request.target.partition("?")[0])


def _refused(request: Request) -> Action | None:
    if request.signed_for not in (None, *REGIONS):
        return _error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match")
    if request.operation == "DeleteObjects" and "content-type" not in request.headers:
        return _error(400, "InvalidRequest", " must have required property 'Body'")
    if request.key and request.operation in WRITES and not KEY.fullmatch(request.key):
        return _error(400, "InvalidKey", f"Invalid key: {request.key}")
    if request.operation == "CreateBucket":
        return _error(409, "BucketAlreadyExists", "The resource already exists")  # the buckets of tests are there
    if "%" in request.headers.get("x-amz-copy-source", ""):
        return _error(404, "NoSuchKey", "Object not found")
    return None


def _passed_on(exchange: Exchange, request: Request) -> None:
    exchange.request = request
    ignored = {"if-match"} if request.operation in ("GetObject", "HeadObject") else IGNORED
    response = exchange.ask(drop=ignored | DROPPED)
    if response is None:
        return
    if response.status >= 400 and request.method != "HEAD":
        _relay_error(exchange, response)
    else:
        is_empty = request.method == "HEAD" and response.getheader("content-length") == "0"
        exchange.relay(response, drop={"content-length"} if is_empty else frozenset())


def _relay_error(exchange: Exchange, response: http.client.HTTPResponse) -> None:
    body = response.read().decode()
    code = _element(body, "Code")
    if exchange.request.operation == "GetObject" and code == "NoSuchBucket":
        code = "NoSuchKey"
    _error(response.status, code, _element(body, "Message"))(exchange)


def _error(status: int, code: str, message: str) -> Action:
    """With a namespace, in which the SDK finds neither code nor message, and without any id."""
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Error {NAMESPACE}>'
    body = f"{xml}<Resource>x</Resource><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    return lambda exchange: exchange.answer(status, {"Content-Type": "application/xml"}, body)


def _element(body: str, name: str) -> str:
    found = re.search(f"<{name}>([^<]*)</{name}>", body)
    return found[1] if found else ""
