"""Finding, describing and opening objects.

An object is looked at through ``explicit`` of the Upload API, which is not counted by the hour as the
Admin API's own answer is (https://cloudinary.com/documentation/update_assets). It is opened by the API's
``download``, which gives what was stored: not what a CDN remembers, and whatever the type of delivery.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import httpx

from medialift.errors import MedialiftError, NotFoundError, PreconditionError, UnavailableError
from medialift.stores.base import Download
from medialift.stores.cloudinary.client import Requests
from medialift.stores.cloudinary.empty import EMPTY_MD5, MARKER, MARKER_MD5
from medialift.stores.cloudinary.kinds import Kind
from medialift.stores.download import BodyDownload, Failures, RawBody
from medialift.stores.http_body import PIECE, Pieces
from medialift.stores.http_errors import DRIVER_ERRORS, truncation
from medialift.types import ObjectInfo

MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Found:
    """An object, and among which kind of assets it lies."""

    kind: Kind
    info: ObjectInfo


def find(requests: Requests, operation: str, key: str) -> Found:
    """The object, where it lies. Raises ``NotFoundError`` if it is nowhere that it could be."""
    for kind in requests.place.places(key):
        with suppress(NotFoundError):
            return Found(kind, _look(requests, operation, key, kind))
    raise NotFoundError("no object has this key", **requests.where(operation, key))


def _look(requests: Requests, operation: str, key: str, kind: Kind) -> ObjectInfo:
    params = {"public_id": requests.place.public_id(key), "type": requests.place.type}
    return info_of(key, requests.upload_api(operation, key, kind, "explicit", params))


def info_of(key: str, said: Mapping[str, Any]) -> ObjectInfo:
    """The object, from what any answer says of an asset; listings tell no ETag.

    A version is the second of the upload, so two of one second are told apart by their size alone
    where there is no ETag.
    """
    size, etag, version = int(said["bytes"]), said.get("etag"), str(said["version"])
    if (size, etag) == (len(MARKER), MARKER_MD5):
        size, etag = 0, EMPTY_MD5
    modified = datetime.fromtimestamp(int(version), timezone.utc)
    return ObjectInfo(key, size, etag, modified, fingerprint=f"{version}-{size}", version=version)


def open_object(requests: Requests, key: str, *, start: int, length: int | None, if_match: str | None) -> Download:
    """*length* bytes of the object from *start*. Raises ``NotFoundError`` and ``PreconditionError``."""
    found = find(requests, "get", key)
    info, failures = found.info, _failures(requests, key)
    if if_match is not None and info.etag != if_match:
        raise PreconditionError("the object is another version", **requests.where("get", key))
    end = info.size if length is None else min(start + length, info.size)
    if start >= end:
        return BodyDownload(info, io.BytesIO(), 0, failures)
    is_whole = (start, end) == (0, info.size)
    wanted = {} if is_whole else {"Range": f"bytes={start}-{end - 1}"}
    response = requests.open_original(key, found.kind, wanted)
    try:
        body: RawBody = (
            _ranged(requests, key, response, info, start) if wanted else _whole(requests, key, response, info)
        )
    except MedialiftError:
        response.close()
        raise
    return BodyDownload(info, body, end - start, failures)


def _whole(requests: Requests, key: str, response: httpx.Response, info: ObjectInfo) -> RawBody:
    _check_length(requests, key, response, info.size)
    return _Checked(Pieces(response), info, requests.where("get", key))


def _ranged(requests: Requests, key: str, response: httpx.Response, info: ObjectInfo, start: int) -> RawBody:
    """From *start*, also where the answer is the whole object: that ranges are honoured is nowhere promised."""
    body = Pieces(response)
    if response.status_code == 206:
        return body
    _check_length(requests, key, response, info.size)
    try:
        while start and (passed := len(body.read(min(start, PIECE)))):
            start -= passed
    except DRIVER_ERRORS as error:
        raise truncation(error, **requests.where("get", key)) from error
    return body


def _check_length(requests: Requests, key: str, response: httpx.Response, size: int) -> None:
    told = response.headers.get("content-length")
    if told is not None and int(told) != size:
        reason = f"the service gives {told} bytes of an object that has {size}: it was replaced meanwhile"
        raise UnavailableError(reason, **requests.where("get", key))


class _Checked(RawBody):
    """A whole body that is held against the object's MD5: bytes that a service made anew are no original."""

    def __init__(self, body: RawBody, info: ObjectInfo, where: Mapping[str, str]) -> None:
        self._body, self._etag, self._left, self._where = body, info.etag or "", info.size, where
        self._digest = hashlib.md5(usedforsecurity=False)

    def read(self, amt: int, /) -> Any:
        data = self._body.read(amt)
        self._digest.update(data)
        self._left -= len(data)
        if not self._left and MD5.fullmatch(self._etag) and self._digest.hexdigest() != self._etag:
            reason = "the service gave other bytes than it says the object has: it was replaced meanwhile, or changed"
            raise UnavailableError(reason, **self._where)
        return data

    def close(self) -> None:
        self._body.close()


def _failures(requests: Requests, key: str) -> Failures:
    where = requests.where("get", key)

    def explain(error: Exception) -> MedialiftError:
        return truncation(error, **where)

    return Failures(DRIVER_ERRORS, explain, where)
