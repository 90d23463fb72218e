"""Headers and object descriptions, to and from what the service says."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

from medialift.types import Headers, ObjectInfo

UNKNOWN = "application/octet-stream"
DEFAULT_CACHE_CONTROL = "no-cache"
"""What the service makes of no Cache-Control at all; read as none."""


def written_headers(headers: Headers) -> dict[str, str]:
    """Those of an upload in one piece."""
    written = {"Content-Type": bare_type(headers.content_type)}
    if headers.cache_control is not None:
        written["Cache-Control"] = headers.cache_control
    return {**written, **written_metadata(headers)}


def written_metadata(headers: Headers) -> dict[str, str]:
    """The header that carries the user's own metadata, if there is any."""
    if not headers.metadata:
        return {}
    return {"x-metadata": base64.b64encode(_metadata_json(headers).encode()).decode()}


def upload_metadata(bucket: str, key: str, headers: Headers) -> str:
    """The same for a resumable upload, which can tell of a Cache-Control only its seconds."""
    told = {"bucketName": bucket, "objectName": key, "contentType": bare_type(headers.content_type)}
    seconds = re.search(r"(?:^|[,\s])max-age=(\d+)", headers.cache_control or "")
    if seconds:
        told["cacheControl"] = seconds[1]
    if headers.metadata:
        told["metadata"] = _metadata_json(headers)
    return ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in told.items())


def bare_type(content_type: str | None) -> str:
    """A type as buckets compare it with their lists: in small letters and without a charset."""
    return (content_type or "").partition(";")[0].strip().lower() or UNKNOWN


def info_of(key: str, said: Mapping[str, Any]) -> ObjectInfo:
    """The object, from its description (``/object/info``)."""
    headers = Headers(
        content_type=said.get("content_type"),
        cache_control=_cache_control(said.get("cache_control")),
        metadata=_texts(said.get("metadata")),
    )
    etag = bare_etag(said.get("etag"))
    modified = _time(said.get("last_modified") or said.get("updated_at"))
    return ObjectInfo(key, int(said["size"]), etag=etag, modified=modified, fingerprint=etag or "", headers=headers)


def info_of_download(key: str, said: Mapping[str, str], metadata: Callable[[], Mapping[str, str]]) -> ObjectInfo:
    """The whole object, from the headers of an answer that may hold a range of it.

    They tell nothing of the user's own metadata: *metadata* asks for it.
    """
    ranged = re.fullmatch(r"bytes \d+-\d+/(\d+)", said.get("content-range", ""))
    headers = Headers(
        content_type=said.get("content-type"),
        cache_control=_cache_control(said.get("cache-control")),
        metadata=Metadata(metadata),
    )
    etag = bare_etag(said.get("etag"))
    modified = parsedate_to_datetime(said["last-modified"]) if "last-modified" in said else None
    size = int(ranged[1] if ranged else said.get("content-length", 0))
    return ObjectInfo(key, size, etag=etag, modified=modified, fingerprint=etag or "", headers=headers)


def info_of_entry(key: str, entry: Mapping[str, Any]) -> ObjectInfo:
    """The object, from an entry of a listing."""
    said = entry.get("metadata") or {}
    etag = bare_etag(said.get("eTag"))
    modified = _time(said.get("lastModified") or entry.get("updated_at"))
    return ObjectInfo(key, int(said.get("size") or 0), etag=etag, modified=modified, fingerprint=etag or "")


def bare_etag(etag: str | None) -> str | None:
    """An ETag without quotes, and without the mark that a CDN puts before it."""
    return etag.removeprefix("W/").strip('"') if etag else None


class Metadata(Mapping[str, str]):
    """The user's own metadata of an open object, asked for when somebody looks at it.

    A page that shows fifty pictures never looks: it shall not pay a second request for each.
    """

    def __init__(self, ask: Callable[[], Mapping[str, str]]) -> None:
        self._ask = ask

    @cached_property
    def _told(self) -> Mapping[str, str]:
        return self._ask()

    def __getitem__(self, name: str) -> str:
        return self._told[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)


def _metadata_json(headers: Headers) -> str:
    return json.dumps(dict(headers.metadata))


def _texts(metadata: Mapping[str, Any] | None) -> Mapping[str, str]:
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in (metadata or {}).items()}


def _cache_control(told: str | None) -> str | None:
    return None if told == DEFAULT_CACHE_CONTROL else told


def _time(text: str | None) -> datetime | None:
    """A timestamp of the service or of its database, which leaves out trailing zeros; Python 3.10 reads neither."""
    if not text:
        return None
    whole, point, rest = text.replace("Z", "+00:00").partition(".")
    if not point:
        return datetime.fromisoformat(whole)
    digits, sign, offset = re.split(r"([+-])", rest, maxsplit=1)
    return datetime.fromisoformat(f"{whole}.{digits[:6]:0<6}{sign}{offset}")
