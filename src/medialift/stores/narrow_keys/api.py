"""JSON over HTTP, to the API of an account. Few requests, by a person's command: each has a connection of its own."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from medialift.errors import (
    AccessDeniedError,
    ConfigError,
    CredentialsError,
    NotFoundError,
    StoreError,
    ThrottledError,
    UnavailableError,
    UnsupportedError,
)

TIMEOUT = 30.0
"""Seconds."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
KINDS: Mapping[int, type[StoreError]] = {
    400: UnsupportedError,
    401: CredentialsError,
    403: AccessDeniedError,
    404: NotFoundError,
    429: ThrottledError,
}
"""By status; every 5xx is :class:`UnavailableError`."""

Headers = Mapping[str, str]


def address(usual: str, other: str, variable: str) -> str:
    """The API's address: *other* (of the *variable*) if it is a URL, else the *usual* one.

    Raises :class:`~medialift.errors.ConfigError` for an address that an administrator's secret would travel to
    in the clear.
    """
    if not other.startswith(("http://", "https://")):
        return usual  # a name that the provider's own tools know, or nothing
    if other.startswith("http://") and urlsplit(other).hostname not in LOOPBACK:
        raise ConfigError(f"{variable} is http: the administrator's key would travel in the clear", hint="Use https.")
    return other.rstrip("/")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the administrator's secret to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


class Api:
    """One account's API at *url*."""

    def __init__(self, url: str, label: str) -> None:
        self.url, self.label = url, label

    def get(self, path: str, headers: Headers) -> dict[str, Any]:
        return self._send(urllib.request.Request(self.url + path, headers={**_COMMON, **headers}))  # noqa: S310 (see address)

    def post(self, path: str, body: Mapping[str, Any], headers: Headers) -> dict[str, Any]:
        data = json.dumps(body).encode()
        sent = {**_COMMON, "Content-Type": "application/json", **headers}
        return self._send(urllib.request.Request(self.url + path, data, sent, method="POST"))  # noqa: S310

    def at(self, url: str) -> Api:
        """The same at another address that the service itself has named."""
        return Api(url.rstrip("/"), self.label)

    def _send(self, request: urllib.request.Request) -> dict[str, Any]:
        where = {"operation": "keys", "store": self.label}
        try:
            with _OPENER.open(request, timeout=TIMEOUT) as answer:
                return _json(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                said = _said(error.read())
            kind = UnavailableError if error.code >= 500 else KINDS.get(error.code, StoreError)
            raise kind(f"the service answered {error.code}{': ' if said else ''}{said}", **where) from None
        except (OSError, HTTPException, ValueError) as error:
            raise UnavailableError(f"no answer that can be read: {error}", **where) from error


_COMMON = {"User-Agent": "django-medialift", "Accept": "application/json"}


def _json(body: bytes) -> dict[str, Any]:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("it is no JSON object")
    return found


def _said(body: bytes) -> str:
    """The message of a refusal: ``{"message": …}`` or ``{"errors": [{"message": …}]}``; never what was sent."""
    try:
        told = _json(body)
    except ValueError:
        return ""
    errors = [one for one in told.get("errors") or [] if isinstance(one, dict)]
    return "; ".join(f"{one.get('code', '')} {one.get('message', '')}".strip() for one in (*errors, told)).rstrip("; ")
