"""What httpx raises, as this package's own errors."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import httpx

from medialift.errors import ConfigError, MedialiftError, StoreError, TruncatedBodyError, UnavailableError
from medialift.stores.client_settings import UNREACHABLE
from medialift.stores.redaction import UNSENDABLE, shows_header

DRIVER_ERRORS = (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict, httpx.StreamError)
"""Everything that httpx raises on its own."""

KINDS_BY_EXCEPTION: Mapping[type[MedialiftError], tuple[str, ...]] = {
    UnavailableError: ("HTTPError", "StreamError"),
    ConfigError: ("CookieConflict", "InvalidURL", "UnsupportedProtocol"),
}
"""httpx's exceptions by name; a class that is not here counts as its nearest listed ancestor."""

_EXCEPTIONS = {name: kind for kind, names in KINDS_BY_EXCEPTION.items() for name in names}


def translate(error: Exception, **where: str) -> MedialiftError:
    """The error for whatever httpx raised; *where* are ``operation``, ``key`` and ``store``."""
    forget_keys(error)
    names = [parent.__name__ for parent in type(error).__mro__]
    kind = next((_EXCEPTIONS[name] for name in names if name in _EXCEPTIONS), StoreError)
    reason = f"{type(error).__name__}: {error}"
    found = kind(reason, **where) if issubclass(kind, StoreError) else kind(reason)
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
        found.hint = UNREACHABLE
    return found


def truncation(error: Exception, **where: str) -> MedialiftError:
    """The error for a body that broke off while it was read."""
    forget_keys(error)
    return TruncatedBodyError(f"the body broke off: {type(error).__name__}", **where)


def forget_keys(error: Exception) -> None:
    """Take the keys out of the request that *error* carries, and out of its message, before anybody reports it."""
    with suppress(AttributeError, RuntimeError):
        error.request.headers.clear()  # type: ignore[attr-defined]
    link: BaseException | None = error
    while link is not None:
        if shows_header(str(link)):
            link.args = (UNSENDABLE,)
        link = link.__cause__ or link.__context__
