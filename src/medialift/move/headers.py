"""The headers with which a file is sent: those that the source keeps, and a content type where it keeps none."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from medialift import content_types
from medialift.types import NO_HEADERS, Headers

BINARY = ("", "binary/octet-stream", content_types.UNKNOWN)
"""Content types that say nothing: Amazon S3's and HTTP's defaults."""


def headers_for(name: str, first_bytes: bytes, kept: Headers) -> Headers:
    """The source's headers where it keeps any; else the content type that name and bytes tell."""
    if kept.content_type not in (None, *BINARY):
        return kept
    stem, _, suffix = name.rpartition("/")[2].partition(".")
    known = _headers_of_suffix(suffix) if stem else NO_HEADERS
    if kept is NO_HEADERS and known is not NO_HEADERS:
        return known
    return replace(kept, content_type=content_types.guess(name, first_bytes[: content_types.ENOUGH]))


@lru_cache(maxsize=1024)
def _headers_of_suffix(suffix: str) -> Headers:
    """The headers of every file with this suffix; none if that says nothing."""
    kind = content_types.guess(f"x.{suffix}")
    return NO_HEADERS if kind == content_types.UNKNOWN else Headers(content_type=kind)
