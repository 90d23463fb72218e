"""Which request means what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from medialift.testing.supabase import buckets, listing, reading, refusals, signing, tus, writing
from medialift.testing.supabase.project import Project
from medialift.testing.wire import Request, Response

BASE = "/storage/v1"
"""Where the service lies behind a project's gateway."""

Handler = Callable[[Project, Request, Mapping[str, str]], Response]

_BAD_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_KEY = "(?P<raw>(?P<bucket>[^/]+)/(?P<key>.*))"
_BUCKET = "(?P<bucket>[^/]+)"


@dataclass(frozen=True)
class Route:
    """``pattern`` is that of the whole path below :data:`BASE`, before anything is decoded."""

    methods: str
    pattern: re.Pattern[str]
    handler: Handler


def _route(methods: str, pattern: str, handler: Handler) -> Route:
    return Route(methods, re.compile(pattern), handler)


ROUTES = (
    _route("POST", f"/object/list-v2/{_BUCKET}", listing.list_v2),
    _route("POST", f"/object/list/{_BUCKET}", listing.list_v1),
    _route("POST", f"/object/upload/sign/{_KEY}", signing.sign_upload),
    _route("PUT", f"/object/upload/sign/{_KEY}", signing.upload_signed),
    _route("POST", f"/object/sign/{_KEY}", signing.sign_download),
    _route("POST", f"/object/sign/{_BUCKET}", signing.sign_downloads),
    _route("GET HEAD", f"/object/sign/{_KEY}", signing.download_signed),
    _route("GET HEAD", f"/object/info/public/{_KEY}", reading.info_public),
    _route("GET HEAD", f"/object/info/authenticated/{_KEY}", reading.info_authenticated),
    _route("GET HEAD", f"/object/info/{_KEY}", reading.info),
    _route("GET HEAD", f"/object/public/{_KEY}", reading.download_public),
    _route("GET HEAD", f"/object/authenticated/{_KEY}", reading.download_authenticated),
    _route("POST", "/object/move", writing.move),
    _route("POST", "/object/copy", writing.copy),
    _route("GET HEAD", f"/render/image/public/{_KEY}", signing.render_public),
    _route("GET HEAD", f"/render/image/authenticated/{_KEY}", signing.render_authenticated),
    _route("GET HEAD", f"/render/image/sign/{_KEY}", signing.render_signed),
    _route("GET HEAD", f"/object/{_KEY}", reading.download),
    _route("POST PUT", f"/object/{_KEY}", writing.upload),
    _route("DELETE", f"/object/{_KEY}", writing.delete),
    _route("DELETE", f"/object/{_BUCKET}", writing.delete_batch),
    _route("POST", "/upload/resumable(/sign)?/?", tus.create),
    _route("PATCH", "/upload/resumable(/sign)?/(?P<id>[^/]+)", tus.append),
    _route("HEAD", "/upload/resumable(/sign)?/(?P<id>[^/]+)", tus.tell),
    _route("DELETE", "/upload/resumable(/sign)?/(?P<id>[^/]+)", tus.end),
    _route("GET", "/bucket/?", buckets.list_buckets),
    _route("POST", "/bucket/?", buckets.make_bucket),
    _route("POST", f"/bucket/{_BUCKET}/empty", buckets.empty_bucket),
    _route("GET HEAD", f"/bucket/{_BUCKET}", buckets.get_bucket),
    _route("PUT", f"/bucket/{_BUCKET}", buckets.change_bucket),
    _route("DELETE", f"/bucket/{_BUCKET}", buckets.delete_bucket),
)


def answer(project: Project, request: Request) -> Response:
    """What the service says to *request*."""
    try:
        return _answered(project, request)
    except refusals.Refusal as refusal:
        return refusal.response()
    finally:
        request.drain()


def _answered(project: Project, request: Request) -> Response:
    path = request.path.removeprefix(BASE)
    if path == request.path:
        raise refusals.no_such_route(request.method, path)
    for route in ROUTES:
        found = route.pattern.fullmatch(path)
        if found and request.method in route.methods.split():
            return route.handler(project, request, _decoded(path, found.groupdict("")))
    raise refusals.no_such_route(request.method, path)


def _decoded(path: str, groups: Mapping[str, str]) -> dict[str, str]:
    """The parts of the path, decoded once; ``raw`` as it was sent."""
    try:
        if _BAD_PERCENT.search(path):
            raise ValueError
        return {name: part if name == "raw" else unquote(part, errors="strict") for name, part in groups.items()}
    except ValueError:
        raise refusals.bad_url(path) from None
