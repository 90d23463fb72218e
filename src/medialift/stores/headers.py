"""Headers: those that a service drops, those that keep browsers from running a file, and what is made of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from medialift.content_types import is_active
from medialift.errors import UnsupportedError
from medialift.types import NO_HEADERS, Headers, Traits

T = TypeVar("T")

REMEMBERED = 256
"""Headers of which is remembered what was made of them."""


class PerHeaders(Generic[T]):
    """What *make* makes of headers, remembered by their identity: the files of a site share a few. Safe in threads."""

    def __init__(self, make: Callable[[Headers], T]) -> None:
        self._make = make
        self._known: dict[int, tuple[Headers, T]] = {}

    def of(self, headers: Headers) -> T:
        known = self._known.get(id(headers))
        if known is None or known[0] is not headers:
            # Kept with the headers, so that their id stays theirs.
            known = headers, self._make(headers)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[id(headers)] = known
        return known[1]


def kept_headers(headers: Headers, traits: Traits, **where: str) -> Headers:
    """What a store with *traits* keeps of *headers*; *where* are ``operation``, ``key`` and ``store``.

    A lost language or file name is a loss; a lost encoding would make another file of the object, as
    browsers see it. Raises :class:`UnsupportedError` for that one.
    """
    if headers.content_encoding and "content_encoding" in traits.lost_headers:
        raise UnsupportedError(
            f"the service drops Content-Encoding: browsers would get {headers.content_encoding} data as it is",
            hint="Store the object without its encoding.",
            **where,
        )
    lost: dict[str, Any] = {name: getattr(NO_HEADERS, name) for name in traits.lost_headers}
    return replace(headers, **lost)


def made_inert(headers: Headers, name: str, traits: Traits) -> Headers:
    """*headers* with which no browser runs the file called *name* as a page of the store's host.

    Active content (HTML, SVG, XML, scripts) becomes a download. An ``<img>`` still shows a downloaded
    SVG; opened by itself it is saved, and its scripts never run. A service that drops the disposition
    gets ``text/plain``, which no browser runs, and no ``<img>`` shows.
    """
    if not is_active(headers.content_type or ""):
        return headers
    if not traits.keeps_headers or "content_disposition" in traits.lost_headers:
        return replace(headers, content_type="text/plain; charset=utf-8")
    return replace(headers, content_disposition=attachment(name.rpartition("/")[2]))


def attachment(filename: str) -> str:
    """A Content-Disposition under which browsers save the file as *filename* (RFC 6266, RFC 8187)."""
    return disposition("attachment", filename)


def disposition(kind: str, filename: str) -> str:
    """``attachment`` or ``inline``, with *filename* in both of RFC 6266's forms where ASCII does not hold it.

    Control characters, quotes and slashes become underscores: a header is one line, and a name is no path.
    """
    cleaned = re.sub(r"[\x00-\x1f\x7f-\x9f/\\\u202a-\u202e\u2066-\u2069]", "_", filename)
    plain = re.sub(r'[^\x20-\x7e]|["%]', "_", cleaned)
    extended = "" if plain == cleaned else f"; filename*=UTF-8''{quote(cleaned, safe='')}"
    return f'{kind}; filename="{plain}"{extended}'
