"""Which request means what."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from medialift.testing.cloudinary import admin, delivery, refusals, uploads
from medialift.testing.cloudinary.account import Account
from medialift.testing.cors import opened, preflight
from medialift.testing.routes import Route, found, route
from medialift.testing.wire import Request, Response

TAKEN = ("Content-Type", "Content-Range", "X-Requested-With", "X-Unique-Upload-Id")
"""Headers that a page may send: those of the browser's uploads in https://cloudinary.com/documentation/upload_images."""

_KIND = "(?P<kind>image|video|raw)"
_TYPE = "(?P<type>upload|private|authenticated)"

API = (
    route("POST", f"{_KIND}/upload", uploads.upload),
    route("POST", f"{_KIND}/explicit", uploads.explicit),
    route("POST", f"{_KIND}/rename", uploads.rename),
    route("POST", f"{_KIND}/destroy", uploads.destroy),
    route("GET HEAD", f"{_KIND}/download", uploads.download),
    route("GET", "ping", admin.ping),
    route("GET", "usage", admin.usage),
    route("GET", f"resources/{_KIND}/{_TYPE}", admin.list_resources),
    route("GET", f"resources/{_KIND}/tags/(?P<tag>[^/]+)", admin.list_by_tag),
    route("DELETE", f"resources/{_KIND}/{_TYPE}", admin.delete_resources),
)
CDN = (route("GET HEAD", f"{_KIND}/{_TYPE}/(?P<rest>.+)", delivery.deliver),)
"""Below the host itself, as an account with a host of its own has them, or below the cloud's name."""


def answer(account: Account, request: Request) -> Response:
    """What the service says to *request*, for pages of every origin."""
    if request.method == "OPTIONS":
        return preflight(request, TAKEN)
    try:
        response = _answered(account, request)
    except refusals.Refusal as refusal:
        response = refusal.response()
    finally:
        request.drain()
    return opened(response)


def _answered(account: Account, request: Request) -> Response:
    path = request.path.lstrip("/")
    version, _, rest = path.partition("/")
    if version != "v1_1":
        return _routed(account, request, CDN, path.removeprefix(f"{account.cloud}/"))
    cloud, _, action = rest.partition("/")
    if unquote(cloud) != account.cloud:
        raise refusals.wrong_cloud(unquote(cloud))
    return _routed(account, request, API, action)


def _routed(account: Account, request: Request, routes: Iterable[Route[Account]], path: str) -> Response:
    match = found(routes, request.method, path)
    if match is None:
        raise refusals.no_such_route(request.method, request.path)
    handler, parts = match
    return handler(account, request, parts)
