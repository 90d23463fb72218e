"""The CDN: plain and signed addresses of originals. Nothing is transformed here.

Source: https://cloudinary.com/documentation/delivery_url_signatures and
https://cloudinary.com/documentation/control_access_to_media
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from medialift.content_types import guess
from medialift.testing.cloudinary import refusals
from medialift.testing.cloudinary.account import Account, Asset
from medialift.testing.cloudinary.ranges import served
from medialift.testing.cloudinary.signing import address_signature
from medialift.testing.wire import Request, Response

WITHHELD = (".pdf", ".zip", ".rar", ".tgz")
STEP = re.compile(r"[a-z]{1,3}_[^/]+")
"""One step of a transformation, such as ``c_fill,w_100``."""


def deliver(account: Account, request: Request, params: Mapping[str, str]) -> Response:
    try:
        return _delivered(account, request, params["kind"], params["type"], params["rest"].split("/"))
    except refusals.Refusal as refusal:
        return refusal.of_delivery()


def _delivered(account: Account, request: Request, kind: str, type: str, parts: Sequence[str]) -> Response:
    signature, parts = _taken(parts, r"s--(.{8})--")
    steps: list[str] = []
    while len(parts) > 1 and kind != "raw" and STEP.fullmatch(unquote(parts[0])):
        steps.append(parts[0])
        parts = parts[1:]
    version, parts = _taken(parts, r"v(\d+)")
    name = "/".join(parts)
    if kind == "raw" and version == "1":
        # https://github.com/klis87/django-cloudinary-storage/issues/26
        raise refusals.no_such_resource(unquote(name))
    needs_one = type != "upload" and (type == "authenticated" or not steps)
    if signature or needs_one or (account.strict and steps):
        _check_address(account, signature, "/".join([*steps, name]))
    asset = _asset(account, kind, type, unquote(name))
    if account.withholds and unquote(name).lower().endswith(WITHHELD):
        raise refusals.withheld()
    if steps:
        raise refusals.Refusal(501, "a stand-in transforms nothing")
    return served(request, asset, content_type=guess(unquote(name)))


def _asset(account: Account, kind: str, type: str, name: str) -> Asset:
    """An image's or video's name ends in a format: https://github.com/cloudinary/cloudinary_php/issues/311."""
    if kind == "raw":
        return account.find((kind, type, name))
    public_id, dot, format = name.rpartition(".")
    asset = account.find((kind, type, public_id if dot else name))
    same = {"jpeg": "jpg", "jpe": "jpg", "tif": "tiff"}
    if dot and same.get(format, format) != asset.format:
        raise refusals.Refusal(501, "a stand-in converts nothing")
    return asset


def _check_address(account: Account, signature: str, signed: str) -> None:
    if signature != address_signature(account, signed):
        raise refusals.Refusal(401, "Invalid signature" if signature else "Signature required")


def _taken(parts: Sequence[str], pattern: str) -> tuple[str, Sequence[str]]:
    """What the first part holds, if it is of this form, and the others."""
    found = re.fullmatch(pattern, parts[0]) if len(parts) > 1 else None
    return (found[1], parts[1:]) if found else ("", parts)
