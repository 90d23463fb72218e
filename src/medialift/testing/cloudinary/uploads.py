"""The Upload API: upload (whole or in chunks), explicit, destroy and download. None of it is counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from medialift.testing.cloudinary import refusals
from medialift.testing.cloudinary.account import Account, Asset, Upload
from medialift.testing.cloudinary.forms import Form, read_form
from medialift.testing.cloudinary.media import format_of
from medialift.testing.cloudinary.ranges import served
from medialift.testing.cloudinary.signing import check_signed
from medialift.testing.wire import Request, Response

LARGEST_REQUEST = 100_000_000
"""https://github.com/strapi/strapi/issues/16601: one request may have 100 MB, or the answer is 413."""
SMALLEST_CHUNK = 5_000_000
FORBIDDEN = re.compile(r"[?&#\\%<>+]")
RANGE = re.compile(r"bytes (\d+)-(\d+)/(-1|\d+)")

Params = Mapping[str, str]


def upload(account: Account, request: Request, params: Params) -> Response:
    if (request.length or 0) > LARGEST_REQUEST:
        return Response(413, {"Content-Type": "text/html"}, b"<html>413 Request Entity Too Large</html>")
    form, file = read_form(request)
    check_signed(account, form)
    if file is None:
        raise refusals.missing("file")
    chunk = RANGE.fullmatch(request.headers.get("content-range", ""))
    if chunk is None:
        return _stored(account, params["kind"], form, file)
    joined = _joined(account, request.headers.get("x-unique-upload-id", ""), chunk, file)
    if joined is None:
        return Response.of_json({"done": False, "public_id": form.get("public_id"), "kind": "upload"})
    return _stored(account, params["kind"], form, joined)


def explicit(account: Account, request: Request, params: Params) -> Response:
    """Describes what is there: https://cloudinary.com/documentation/update_assets."""
    form, _ = read_form(request)
    check_signed(account, form)
    asset = account.find((params["kind"], form.get("type") or "upload", _given(form, "public_id")))
    return Response.of_json(described(asset, with_etag=True))


def rename(account: Account, request: Request, params: Params) -> Response:
    """https://cloudinary.com/documentation/image_upload_api_reference#rename"""
    form, _ = read_form(request)
    check_signed(account, form)
    kind, type = params["kind"], form.get("type") or "upload"
    source = kind, type, _given(form, "from_public_id")
    target = kind, form.get("to_type") or type, cleaned(_given(form, "to_public_id"))
    overwrites = form.get("overwrite", "0") in ("1", "true")
    return Response.of_json(described(account.rename(source, target, overwrites=overwrites), with_etag=True))


def destroy(account: Account, request: Request, params: Params) -> Response:
    """Says 200 also to what is not there: pycloudinary, uploader.py."""
    form, _ = read_form(request)
    check_signed(account, form)
    was_there = account.delete((params["kind"], form.get("type") or "upload", _given(form, "public_id")))
    return Response.of_json({"result": "ok" if was_there else "not found"})


def download(account: Account, request: Request, params: Params) -> Response:
    """The original: https://cloudinary.com/documentation/control_access_to_media."""
    check_signed(account, request.query, has_expiry="expires_at" in request.query)
    if float(request.query.get("expires_at") or "inf") < account.clock():
        raise refusals.expired()
    type = request.query.get("type") or "upload"
    asset = account.find((params["kind"], type, _given(request.query, "public_id")))
    return served(request, asset, honours_ranges=account.honours_ranges)


def described(asset: Asset, *, with_etag: bool) -> dict[str, Any]:
    """As every answer tells of an asset; only those of the Upload API have the ETag."""
    created = datetime.fromtimestamp(asset.version, timezone.utc)
    said: dict[str, Any] = {
        "asset_id": asset.asset_id,
        "public_id": asset.public_id,
        "version": asset.version,
        "resource_type": asset.resource_type,
        "type": asset.type,
        "created_at": f"{created:%Y-%m-%dT%H:%M:%SZ}",
        "bytes": len(asset.data),
    }
    if asset.format:
        said["format"] = asset.format
    return {**said, "etag": asset.etag} if with_etag else said


def _stored(account: Account, kind: str, form: Form, data: bytes) -> Response:
    public_id, type = cleaned(_given(form, "public_id")), form.get("type") or "upload"
    if len(data) > account.largest[kind]:
        raise refusals.too_large(len(data), account.largest[kind])
    format = format_of(kind, data)
    if kind == "image":
        data = account.incoming(data)
    overwrites = form.get("overwrite", "1") not in ("0", "false")
    tags = tuple(filter(None, (form.get("tags") or "").split(",")))
    version = account.next_version((kind, type, public_id))
    made = Asset(kind, type, public_id, data, format, version, tags)
    asset, existed = account.store(made, overwrites=overwrites)
    said = described(asset, with_etag=True)
    return Response.of_json({**said, "existing": True} if existed else said)


def _joined(account: Account, id: str, chunk: re.Match[str], data: bytes) -> bytes | None:
    """The whole body once it is there. A chunk that comes again takes the place of the first."""
    start, end, total = (int(number) for number in chunk.groups())
    if end - start + 1 != len(data):
        raise refusals.Refusal(400, "Content-Range does not match the size of the chunk")
    if (total == -1 or end + 1 < total) and len(data) < SMALLEST_CHUNK:
        raise refusals.small_chunk()
    with account.lock:
        upload = account.uploads.setdefault(id, Upload())
        upload.pieces[start] = data
        joined = upload.joined()
        if total == -1 or joined is None or len(joined) != total:
            return None
        return joined


def cleaned(public_id: str) -> str:
    """What becomes of a public id: https://cloudinary.com/documentation/ts_permitted_naming_conventions."""
    if len(public_id) > 255 or public_id != public_id.strip(" /") or re.search(r"(^|/)v\d+/", public_id):
        raise refusals.invalid_public_id(public_id)
    return FORBIDDEN.sub("_", public_id)


def _given(form: Mapping[str, str], name: str) -> str:
    if not form.get(name):
        raise refusals.missing(name)
    return form[name]
