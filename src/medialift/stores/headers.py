"""Headers that a service takes and drops."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from medialift.errors import UnsupportedError
from medialift.types import NO_HEADERS, Headers, Traits


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
