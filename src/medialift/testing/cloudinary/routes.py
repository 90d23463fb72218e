"""Which request means what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from medialift.testing.cloudinary import admin, delivery, refusals, uploads
from medialift.testing.cloudinary.account import Account
from medialift.testing.wire import Request, Response

Handler = Callable[[Account, Request, Mapping[str, str]], Response]

_KIND = "(?P<kind>image|video|raw)"
_TYPE = "(?P<type>upload|private|authenticated)"


@dataclass(frozen=True)
class Route:
    """``pattern`` is that of the whole path, below the cloud where there is one."""

    methods: str
    pattern: re.Pattern[str]
    handler: Handler


def _route(methods: str, pattern: str, handler: Handler) -> Route:
    return Route(methods, re.compile(pattern), handler)


API = (
    _route("POST", f"{_KIND}/upload", uploads.upload),
    _route("POST", f"{_KIND}/explicit", uploads.explicit),
    _route("POST", f"{_KIND}/destroy", uploads.destroy),
    _route("GET HEAD", f"{_KIND}/download", uploads.download),
    _route("GET", "ping", admin.ping),
    _route("GET", "usage", admin.usage),
    _route("GET", f"resources/{_KIND}/{_TYPE}", admin.list_resources),
    _route("DELETE", f"resources/{_KIND}/{_TYPE}", admin.delete_resources),
)
CDN = (_route("GET HEAD", f"{_KIND}/{_TYPE}/(?P<rest>.+)", delivery.deliver),)
"""Below the host itself, as an account with a host of its own has them, or below the cloud's name."""


def answer(account: Account, request: Request) -> Response:
    """What the service says to *request*."""
    try:
        return _answered(account, request)
    except refusals.Refusal as refusal:
        return refusal.response()
    finally:
        request.drain()


def _answered(account: Account, request: Request) -> Response:
    path = request.path.lstrip("/")
    version, _, rest = path.partition("/")
    if version != "v1_1":
        return _routed(account, request, CDN, path.removeprefix(f"{account.cloud}/"))
    cloud, _, action = rest.partition("/")
    if unquote(cloud) != account.cloud:
        raise refusals.wrong_cloud(unquote(cloud))
    return _routed(account, request, API, action)


def _routed(account: Account, request: Request, routes: tuple[Route, ...], path: str) -> Response:
    for route in routes:
        found = route.pattern.fullmatch(path)
        if found and request.method in route.methods.split():
            return route.handler(account, request, found.groupdict(""))
    raise refusals.no_such_route(request.method, request.path)
