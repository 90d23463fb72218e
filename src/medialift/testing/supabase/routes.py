"""Which request means what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from medialift.testing.cors import opened, preflight
from medialift.testing.routes import found, route
from medialift.testing.supabase import buckets, listing, reading, refusals, signing, tus, writing
from medialift.testing.supabase.project import Project
from medialift.testing.wire import Request, Response

BASE = "/storage/v1"
"""Where the service lies behind a project's gateway."""

_BAD_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_KEY = "(?P<raw>(?P<bucket>[^/]+)/(?P<key>.*))"
_BUCKET = "(?P<bucket>[^/]+)"

ROUTES = (
    route("POST", f"/object/list-v2/{_BUCKET}", listing.list_v2),
    route("POST", f"/object/list/{_BUCKET}", listing.list_v1),
    route("POST", f"/object/upload/sign/{_KEY}", signing.sign_upload),
    route("PUT", f"/object/upload/sign/{_KEY}", signing.upload_signed),
    route("POST", f"/object/sign/{_KEY}", signing.sign_download),
    route("POST", f"/object/sign/{_BUCKET}", signing.sign_downloads),
    route("GET HEAD", f"/object/sign/{_KEY}", signing.download_signed),
    route("GET HEAD", f"/object/info/public/{_KEY}", reading.info_public),
    route("GET HEAD", f"/object/info/authenticated/{_KEY}", reading.info_authenticated),
    route("GET HEAD", f"/object/info/{_KEY}", reading.info),
    route("GET HEAD", f"/object/public/{_KEY}", reading.download_public),
    route("GET HEAD", f"/object/authenticated/{_KEY}", reading.download_authenticated),
    route("POST", "/object/move", writing.move),
    route("POST", "/object/copy", writing.copy),
    route("GET HEAD", f"/render/image/public/{_KEY}", signing.render_public),
    route("GET HEAD", f"/render/image/authenticated/{_KEY}", signing.render_authenticated),
    route("GET HEAD", f"/render/image/sign/{_KEY}", signing.render_signed),
    route("GET HEAD", f"/object/{_KEY}", reading.download),
    route("POST PUT", f"/object/{_KEY}", writing.upload),
    route("DELETE", f"/object/{_KEY}", writing.delete),
    route("DELETE", f"/object/{_BUCKET}", writing.delete_batch),
    route("POST", "/upload/resumable(/sign)?/?", tus.create),
    route("PATCH", "/upload/resumable(/sign)?/(?P<id>[^/]+)", tus.append),
    route("HEAD", "/upload/resumable(/sign)?/(?P<id>[^/]+)", tus.tell),
    route("DELETE", "/upload/resumable(/sign)?/(?P<id>[^/]+)", tus.end),
    route("GET", "/bucket/?", buckets.list_buckets),
    route("POST", "/bucket/?", buckets.make_bucket),
    route("POST", f"/bucket/{_BUCKET}/empty", buckets.empty_bucket),
    route("GET HEAD", f"/bucket/{_BUCKET}", buckets.get_bucket),
    route("PUT", f"/bucket/{_BUCKET}", buckets.change_bucket),
    route("DELETE", f"/bucket/{_BUCKET}", buckets.delete_bucket),
)


def answer(project: Project, request: Request) -> Response:
    """What the service says to *request*, for pages of every origin."""
    resumable = request.path.startswith(f"{BASE}/upload/resumable")
    if request.method == "OPTIONS":
        return preflight(request, tus.TAKEN if resumable else None)
    try:
        response = _answered(project, request)
    except refusals.Refusal as refusal:
        response = refusal.response()
    finally:
        request.drain()
    return opened(response, tus.EXPOSED if resumable else ())


def _answered(project: Project, request: Request) -> Response:
    path = request.path.removeprefix(BASE)
    if path == request.path:
        raise refusals.no_such_route(request.method, path)
    match = found(ROUTES, request.method, path)
    if match is None:
        raise refusals.no_such_route(request.method, path)
    handler, parts = match
    return handler(project, request, _decoded(path, parts))


def _decoded(path: str, groups: Mapping[str, str]) -> dict[str, str]:
    """The parts of the path, decoded once; ``raw`` as it was sent."""
    try:
        if _BAD_PERCENT.search(path):
            raise ValueError
        return {name: part if name == "raw" else unquote(part, errors="strict") for name, part in groups.items()}
    except ValueError:
        raise refusals.bad_url(path) from None
