"""What a client uploads: a bare body, or the first file of a form."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message

from medialift.testing.supabase import refusals
from medialift.testing.wire import Request

UNKNOWN = "application/octet-stream"
FORM = "multipart/form-data"
NO_CACHE = "no-cache"


@dataclass(frozen=True)
class Announced:
    """What is known before the body is read. ``size`` in bytes; ``None`` of forms and of chunked bodies."""

    content_type: str | None
    size: int | None


@dataclass(frozen=True)
class Upload:
    """What is stored; ``size_was_announced`` is false of a chunked bare body, which no limit applies to."""

    data: bytes
    content_type: str
    cache_control: str
    metadata: Mapping[str, object]
    size_was_announced: bool


def announced(request: Request) -> Announced:
    if _is_form(request):
        return Announced(None, None)
    return Announced(request.content_type or UNKNOWN, request.length)


def received(request: Request) -> Upload:
    """Read the whole upload. Raises :class:`HungUpError`."""
    return _of_form(request) if _is_form(request) else _of_body(request)


def user_metadata(text: str | None) -> Mapping[str, object]:
    """The user's own metadata from JSON; what is no object of JSON is dropped in silence."""
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def metadata_of(headers: Mapping[str, str]) -> Mapping[str, object]:
    """The user's own metadata, as a header carries them."""
    return user_metadata(_from_base64(headers.get("x-metadata", "")))


def _is_form(request: Request) -> bool:
    return (request.content_type or "").startswith(FORM)


def _of_body(request: Request) -> Upload:
    return Upload(
        request.body,
        request.content_type or UNKNOWN,
        request.headers.get("cache-control", NO_CACHE),
        metadata_of(request.headers),
        size_was_announced=request.length is not None,
    )


def _of_form(request: Request) -> Upload:
    fields: dict[str, str] = {}
    file: tuple[bytes, str] | None = None
    for part, data in _parts(request):
        if part.get_filename() is None:
            fields[str(part.get_param("name", header="content-disposition"))] = data.decode()
        elif file is None:
            file = data, str(part["content-type"] or UNKNOWN)
    if file is None:
        raise refusals.invalid_body("No content provided")
    seconds = fields.get("cacheControl")
    return Upload(
        file[0],
        fields.get("contentType", file[1]),
        f"max-age={seconds}" if seconds else NO_CACHE,
        user_metadata(fields.get("metadata") or fields.get("userMetadata")),
        size_was_announced=True,
    )


def _parts(request: Request) -> list[tuple[Message, bytes]]:
    """Head and data of each part of a form (RFC 7578)."""
    found = re.search(r'boundary="?([^";]+)"?', request.content_type or "")
    if not found:
        raise refusals.invalid_body("No content provided")
    pieces = (b"\r\n" + request.body).split(b"\r\n--" + found[1].encode())
    return [_part(piece) for piece in pieces[1:] if not piece.startswith(b"--")]


def _part(piece: bytes) -> tuple[Message, bytes]:
    head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    message = Message()
    for line in head.decode().split("\r\n"):
        name, _, value = line.partition(":")
        message[name] = value.strip()
    return message, data


def _from_base64(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return None
