"""Downloads and descriptions of objects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from medialift.testing.supabase import refusals
from medialift.testing.supabase.access import caller_of, caller_or_nobody
from medialift.testing.supabase.project import Project, StoredObject
from medialift.testing.supabase.refusals import Refusal
from medialift.testing.supabase.writing import timestamp
from medialift.testing.wire import Request, Response

Params = Mapping[str, str]


# ── downloads ────────────────────────────────────────────────────────────────────────────────


def download(project: Project, request: Request, params: Params) -> Response:
    """``/object/{bucket}/{key}``: without a token, or with a wrong one, as the public."""
    return served(project, request, find_by_bare_path(project, request, params))


def download_authenticated(project: Project, request: Request, params: Params) -> Response:
    caller_of(project, request)
    return served(project, request, find_by_bare_path(project, request, params))


def download_public(project: Project, request: Request, params: Params) -> Response:
    return served(project, request, find_public(project, params))


def find_by_bare_path(project: Project, request: Request, params: Params) -> StoredObject:
    bucket = project.bucket(params["bucket"])
    if bucket.public:
        return project.find(bucket.id, params["key"])
    try:
        caller = caller_or_nobody(project, request)
    except Refusal:
        caller = None
    if caller is None:
        raise refusals.no_such_bucket()
    return caller.find(bucket.id, params["key"])


def find_public(project: Project, params: Params) -> StoredObject:
    bucket = project.bucket(params["bucket"])
    if not bucket.public:
        raise refusals.no_such_bucket()
    return project.find(bucket.id, params["key"])


def served(project: Project, request: Request, found: StoredObject, extra: Mapping[str, str] | None = None) -> Response:
    """The object, or the range of it that was asked for."""
    _perhaps_replaced(project, request)
    headers = {**_headers(found), **_disposition(request), **(extra or {})}
    if request.headers.get("if-none-match") == f'"{found.etag}"':
        return Response(304, headers)
    wanted = request.headers.get("range")
    if wanted is None:
        return Response(200, headers, found.data)
    start, beyond = _range(wanted, len(found.data))
    headers["Content-Range"] = f"bytes {start}-{beyond - 1}/{len(found.data)}"
    return Response(206, headers, found.data[start:beyond])


def _perhaps_replaced(project: Project, request: Request) -> None:
    """Between the row and its bytes an overwrite can come: then there is no such version any more."""
    with project.lock:
        if not project.vanishing or request.method == "HEAD":
            return
        project.vanishing -= 1
    raise refusals.vanished() if project.hosted else refusals.internal()


def _headers(found: StoredObject) -> dict[str, str]:
    return {
        "Content-Type": found.content_type,
        "Cache-Control": found.cache_control,
        "ETag": f'"{found.etag}"',
        "Last-Modified": format_datetime(found.modified, usegmt=True),
        "Accept-Ranges": "bytes",
        "X-Robots-Tag": "none",
    }


def _disposition(request: Request) -> dict[str, str]:
    name = request.query.get("download")
    if name is None:
        return {}
    quoted = quote(name, safe="")
    named = f" filename={quoted}; filename*=UTF-8''{quoted};" if name else ""
    return {"Content-Disposition": f"attachment;{named}"}


def _range(wanted: str, size: int) -> tuple[int, int]:
    """The first byte and the one after the last. Raises 416, also for several ranges and for an empty object."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted)
    if not found or found[0] == "bytes=-":
        raise refusals.invalid_range()
    if not found[1]:
        start, beyond = max(0, size - int(found[2])), size
    else:
        start, beyond = int(found[1]), min(size, int(found[2]) + 1 if found[2] else size)
    if start >= beyond:
        raise refusals.invalid_range()
    return start, beyond


# ── descriptions ─────────────────────────────────────────────────────────────────────────────


def info(project: Project, request: Request, params: Params) -> Response:
    return described(params["bucket"], find_by_bare_path(project, request, params))


def info_authenticated(project: Project, request: Request, params: Params) -> Response:
    caller_of(project, request)
    return described(params["bucket"], find_by_bare_path(project, request, params))


def info_public(project: Project, request: Request, params: Params) -> Response:
    if request.method == "HEAD":
        raise refusals.no_such_bucket()  # it falls to another route, which wants a token
    return described(params["bucket"], find_public(project, params))


def described(bucket: str, found: StoredObject) -> Response:
    """All that the service keeps of an object: the only place where the user's own metadata can be read."""
    body: dict[str, Any] = {
        "id": found.id,
        "name": found.name,
        "version": found.version,
        "bucket_id": bucket,
        "size": len(found.data),
        "content_type": found.content_type,
        "cache_control": found.cache_control,
        "etag": f'"{found.etag}"',
        "metadata": found.metadata,
        "last_modified": timestamp(found.modified),
        "created_at": timestamp(found.created),
    }
    return Response.of_json(body)
