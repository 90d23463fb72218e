"""Answering with the file itself: whole, in parts, or with word that the browser has it already."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, parse_http_date_safe

from medialift.downloads.bodies import AsyncBody, Body, Part
from medialift.downloads.ranges import Range, UnsatisfiableError, ranges_of
from medialift.downloads.served import Served
from medialift.stores.base import ObjectStore
from medialift.types import ObjectInfo

_CONDITIONS = ("Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since")


def stream(request: HttpRequest, served: Served) -> HttpResponseBase:
    """The file, or the part of it that is asked for, in bounded memory.

    One request to the store; two where the browser makes conditions. Raises ``NotFoundError`` and
    what stores raise.
    """
    store, key = served.opened()
    if request.method != "HEAD" and not any(name in request.headers for name in _CONDITIONS):
        download = store.get(key)
        return _answer(request, served, Body.of_open(download, store, key), download.info)
    info = store.head(key)
    unchanged = get_conditional_response(request, etag_of(info), _modified(info))
    if unchanged is not None:
        return _described(unchanged, served, info)
    try:
        ranges = _ranges(request, info)
    except UnsatisfiableError:
        refusal = _described(HttpResponse(status=416), served, info)
        refusal["Content-Range"] = f"bytes */{info.size}"
        return refusal
    return _parts(request, served, store, info, ranges)


def etag_of(info: ObjectInfo) -> str | None:
    """A validator that changes with the object, and says nothing of where it lies."""
    version = info.etag or info.fingerprint
    return f'"{hashlib.sha256(version.encode()).hexdigest()[:32]}"' if version else None


def _modified(info: ObjectInfo) -> int | None:
    return int(info.modified.timestamp()) if info.modified else None


def _ranges(request: HttpRequest, info: ObjectInfo) -> list[Range]:
    asked = request.headers.get("Range", "")
    condition = request.headers.get("If-Range", "")
    if not asked or request.method != "GET" or (condition and not _still(condition, info)):
        return []
    return ranges_of(asked, info.size)


def _still(condition: str, info: ObjectInfo) -> bool:
    """Whether the browser's part is of the version that lies there now (RFC 9110, section 13.1.5)."""
    if condition.startswith(('"', "W/")):
        return condition == etag_of(info)
    told = parse_http_date_safe(condition)
    return told is not None and told == _modified(info)


def _parts(
    request: HttpRequest, served: Served, store: ObjectStore, info: ObjectInfo, ranges: Sequence[Range]
) -> HttpResponseBase:
    if not ranges:
        return _answer(request, served, Body(store, info.key, info.etag, [Part(b"", 0, info.size)]), info)
    if len(ranges) == 1:
        one = ranges[0]
        response = _answer(request, served, Body(store, info.key, info.etag, [Part(b"", *_span(one))]), info, 206)
        response["Content-Range"] = one.header(info.size)
        return response
    boundary = secrets.token_hex(16)
    kind = served.content_type
    parts = [
        Part(
            f"\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-Range: {one.header(info.size)}\r\n\r\n".encode(),
            *_span(one),
        )
        for one in ranges
    ]
    body = Body(store, info.key, info.etag, parts, f"\r\n--{boundary}--\r\n".encode())
    response = _answer(request, served, body, info, 206)
    response["Content-Type"] = f"multipart/byteranges; boundary={boundary}"
    return response


def _span(one: Range) -> tuple[int, int]:
    return one.start, one.length


def _answer(request: HttpRequest, served: Served, body: Body, info: ObjectInfo, status: int = 200) -> HttpResponseBase:
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(status=status)
    elif isinstance(request, ASGIRequest):
        response = StreamingHttpResponse(AsyncBody(body), status=status)
    else:
        response = StreamingHttpResponse(body, status=status)
    response["Content-Length"] = str(body.length)
    return _described(response, served, info)


def _described(response: HttpResponseBase, served: Served, info: ObjectInfo) -> HttpResponseBase:
    served.protect(response)
    response["Accept-Ranges"] = "bytes"
    if etag := etag_of(info):
        response["ETag"] = etag
    if (modified := _modified(info)) is not None:
        response["Last-Modified"] = http_date(modified)
    if info.headers.content_encoding:
        response["Content-Encoding"] = info.headers.content_encoding
    return response
