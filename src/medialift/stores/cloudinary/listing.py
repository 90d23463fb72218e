"""Listing a cloud: images, videos and other files one after the other, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from medialift.errors import NotFoundError, UnavailableError
from medialift.stores.cloudinary.client import Requests
from medialift.stores.cloudinary.empty import MARKER
from medialift.stores.cloudinary.kinds import Kind
from medialift.stores.cloudinary.reading import find, info_of
from medialift.types import ObjectInfo

PAGE = 500
"""Entries of one page: the service gives no more, and counts each page."""


def listed(requests: Requests, folder: str) -> Iterator[ObjectInfo]:
    """Every object whose public id begins with *folder*, each once, in no order."""
    for kind in Kind:
        for entry in _entries(requests, kind, folder):
            info = info_of(requests.place.key(entry["public_id"]), entry)
            if kind is requests.place.kind(info.key) and not _may_be_empty(kind, info):
                yield info
            else:
                yield from _looked_at(requests, kind, info.key)


def _may_be_empty(kind: Kind, info: ObjectInfo) -> bool:
    return kind is Kind.RAW and info.size == len(MARKER)


def _looked_at(requests: Requests, kind: Kind, key: str) -> Iterator[ObjectInfo]:
    """The object, if it is this one: one request, for the few that do not lie where their name says."""
    with suppress(NotFoundError):
        found = find(requests, "list", key)
        if found.kind is kind:
            yield as_listed(found.info)


def as_listed(info: ObjectInfo) -> ObjectInfo:
    """*info* as a listing tells it."""
    return ObjectInfo(info.key, info.size, None, info.modified, info.fingerprint, info.version)


def _entries(requests: Requests, kind: Kind, folder: str) -> Iterator[Mapping[str, Any]]:
    cursor = ""
    while True:
        wanted = {"prefix": folder, "max_results": str(PAGE), "next_cursor": cursor}
        params = {name: value for name, value in wanted.items() if value}
        page = requests.admin_api("list", "GET", ("resources", kind.value, requests.place.type), params=params)
        # Where backups are kept, what was deleted leaves a placeholder without bytes.
        yield from (entry for entry in page["resources"] if not entry.get("placeholder"))
        following = page.get("next_cursor")
        if not following:
            return
        if following == cursor:
            raise UnavailableError("the service gives the same page again and again", **requests.where("list"))
        cursor = following
