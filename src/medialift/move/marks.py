"""The mark that a move leaves beside what it uploads, and knows its own uploads by."""

from __future__ import annotations

from dataclasses import replace

from medialift.errors import NotFoundError
from medialift.move.headers import headers_for
from medialift.stores.base import ObjectStore
from medialift.stores.headers import PerHeaders
from medialift.types import Headers, ObjectInfo, Traits

MARK = "medialift-move"
"""Metadata key of the mark that a move leaves on what it uploads."""


def keeps(traits: Traits, mark: str) -> bool:
    """Whether there is a mark, and a store with *traits* keeps it."""
    return bool(mark) and traits.keeps_headers and "metadata" not in traits.lost_headers


def is_marked(target: ObjectStore, there: ObjectInfo, mark: str) -> bool:
    """Whether the move with this *mark* uploaded the object: one request, and none where no mark is kept."""
    if not keeps(target.traits, mark):
        return False
    try:
        now = target.head(there.key)
    except NotFoundError:
        return False
    return now.etag == there.etag and now.headers.metadata.get(MARK) == mark


class MarkedHeaders:
    """The headers of what one move uploads; safe to ask from many threads."""

    def __init__(self, traits: Traits, mark: str) -> None:
        self._mark = {MARK: mark} if keeps(traits, mark) else {}
        self._known = PerHeaders(self._marked)

    def of(self, name: str, first_bytes: bytes, kept: Headers) -> Headers:
        """What is kept beside the object; the mark of an earlier move is not."""
        headers = headers_for(name, first_bytes, kept)
        if not self._mark and MARK not in headers.metadata:
            return headers
        # A store that meets the same headers again is spared work too.
        return self._known.of(headers)

    def _marked(self, headers: Headers) -> Headers:
        others = {name: value for name, value in headers.metadata.items() if name != MARK}
        return replace(headers, metadata={**others, **self._mark})
