"""Signed URLs: a token in the query instead of one in a header."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import format_datetime
from urllib.parse import unquote

from medialift.testing.supabase import refusals, tokens
from medialift.testing.supabase.access import Caller, caller_of
from medialift.testing.supabase.project import Project, StoredObject
from medialift.testing.supabase.reading import find_by_bare_path, find_public, served
from medialift.testing.supabase.refusals import Refusal
from medialift.testing.supabase.rules import check_key
from medialift.testing.supabase.tokens import Claims
from medialift.testing.supabase.writing import check_may_write, json_body, store_upload
from medialift.testing.wire import Request, Response

Params = Mapping[str, str]

UPLOAD_SECONDS = 7200
"""How long a signed upload is good for: the server's own setting, which no request changes."""
MOST_PATHS = 1000
MISSING = "Either the object does not exist or you do not have access to it"
STAY_QUOTED = re.compile("%(?:23|24|26|2B|2C|2F|3A|3B|3D|3F|40)", re.IGNORECASE)
"""What ECMAScript's ``decodeURI`` leaves as it is: ``# $ & + , / : ; = ? @``."""
TRANSFORMS = frozenset({"width", "height", "resize", "quality", "format"})


# ── making them ──────────────────────────────────────────────────────────────────────────────


def sign_download(project: Project, request: Request, params: Params) -> Response:
    """The token names the object by the path as it was *sent*: a key with a quoted ``?`` never verifies."""
    caller, body = caller_of(project, request), json_body(request)
    lasting = _seconds(body.get("expiresIn"))
    caller.find(params["bucket"], params["key"])
    url = _decoded_as_uri(params["raw"])
    transform = _transform(body.get("transform"))
    place = "render/image" if transform else "object"
    token = _token(project, {**transform, "url": url, "scope": "download"}, lasting)
    return Response.of_json({"signedURL": f"/{place}/sign/{url}?token={token}"})


def sign_downloads(project: Project, request: Request, params: Params) -> Response:
    caller, body = caller_of(project, request), json_body(request)
    lasting, paths = _seconds(body.get("expiresIn")), body.get("paths")
    if not isinstance(paths, list) or not 1 <= len(paths) <= MOST_PATHS:
        raise refusals.invalid_body(f"body/paths must NOT have more than {MOST_PATHS} items")
    return Response.of_json([_signed(caller, params["bucket"], str(path), lasting) for path in paths])


def _signed(caller: Caller, bucket: str, path: str, lasting: int) -> dict[str, str | None]:
    try:
        caller.find(bucket, path)
    except Refusal:
        return {"error": MISSING, "path": path, "signedURL": None}
    token = _token(caller.project, {"url": f"{bucket}/{path}", "scope": "download"}, lasting)
    return {"error": None, "path": path, "signedURL": f"/object/sign/{bucket}/{path}?token={token}"}


def sign_upload(project: Project, request: Request, params: Params) -> Response:
    """Whether it may replace is decided here; an invalid key is not noticed before the upload."""
    caller = caller_of(project, request)
    bucket, key = params["bucket"], params["key"]
    if bucket not in project.buckets:
        raise refusals.bucket_of_relation_missing()
    upserts = request.headers.get("x-upsert") == "true"
    check_may_write(caller, bucket, key, upserts=upserts)
    claims = {"owner": caller.owner, "url": f"{bucket}/{key}", "upsert": upserts, "scope": "upload"}
    token = _token(project, claims, UPLOAD_SECONDS)
    return Response.of_json({"url": f"/object/upload/sign/{bucket}/{key}?token={token}", "token": token})


# ── using them ───────────────────────────────────────────────────────────────────────────────


def download_signed(project: Project, request: Request, params: Params) -> Response:
    claims = verified(project, request.query.get("token"), params, "download")
    expires = datetime.fromtimestamp(claims["exp"], timezone.utc)
    found = project.find(params["bucket"], params["key"])
    return served(project, request, found, {"Expires": format_datetime(expires, usegmt=True)})


def upload_signed(project: Project, request: Request, params: Params) -> Response:
    """As often as one likes until the token expires, if it may replace."""
    claims = verified(project, request.query.get("token"), params, "upload")
    if (params["bucket"], params["key"]) in project.objects and not claims["upsert"]:
        raise refusals.duplicate()
    check_key(params["key"])
    store_upload(project, request, params["bucket"], params["key"], owner=str(claims["owner"]))
    return Response.of_json({"Key": f"{params['bucket']}/{params['key']}"})


def render_public(project: Project, request: Request, params: Params) -> Response:
    return _rendered(find_public(project, params))


def render_authenticated(project: Project, request: Request, params: Params) -> Response:
    caller_of(project, request)
    return _rendered(find_by_bare_path(project, request, params))


def render_signed(project: Project, request: Request, params: Params) -> Response:
    """The wishes are frozen in the token; those in the query are not looked at."""
    verified(project, request.query.get("token"), params, "download")
    return _rendered(project.find(params["bucket"], params["key"]))


def _rendered(found: StoredObject) -> Response:
    """There is no image service behind a stand-in: this is what the real server says without one."""
    raise refusals.internal("fetch failed")


def verified(project: Project, token: str | None, params: Params, scope: str) -> Claims:
    """The claims of a token for this object and this use. Raises the refusals of any other."""
    if token is None:
        raise refusals.invalid_body("querystring must have required property 'token'")
    try:
        claims = tokens.verified(token, project.jwt_secret)
    except tokens.TokenError as error:
        raise Refusal(400, "InvalidJWT", str(error), "InvalidJWT") from None
    if claims.get("scope", "download") != scope:
        raise refusals.invalid_signature(f"Token is not scoped for {scope}")
    if claims.get("url") != f"{params['bucket']}/{params['key']}":
        raise refusals.invalid_signature()
    return claims


def _token(project: Project, claims: Mapping[str, object], lasting: int) -> str:
    now = int(time.time())
    return tokens.sign({**claims, "iat": now, "exp": now + lasting}, project.jwt_secret)


def _seconds(value: object) -> int:
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise refusals.invalid_body("body/expiresIn must be integer")
    if value < 1:
        raise refusals.invalid_body("body/expiresIn must be >= 1")
    return value


def _transform(wishes: object) -> dict[str, str]:
    if not isinstance(wishes, dict) or not wishes:
        return {}
    return {"transformations": ",".join(f"{name}:{value}" for name, value in wishes.items() if name in TRANSFORMS)}


def _decoded_as_uri(path: str) -> str:
    """*path* as ``decodeURI`` gives it: what a URI reserves stays quoted."""
    kept = STAY_QUOTED.split(path)
    quoted = STAY_QUOTED.findall(path)
    pieces = [unquote(kept[0])]
    for mark, piece in zip(quoted, kept[1:], strict=True):
        pieces += [mark, unquote(piece)]
    return "".join(pieces)
