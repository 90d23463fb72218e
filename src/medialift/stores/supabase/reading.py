"""Opening and describing objects."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from typing import Any

import httpx

from medialift.errors import (
    MedialiftError,
    NotFoundError,
    PreconditionError,
    StoreError,
    UnavailableError,
    UnsupportedError,
)
from medialift.stores.base import Download
from medialift.stores.download import BodyDownload, Failures
from medialift.stores.http_body import Pieces
from medialift.stores.http_errors import DRIVER_ERRORS, truncation
from medialift.stores.supabase.bucket import BucketDoor
from medialift.stores.supabase.caller import Caller
from medialift.stores.supabase.client import Requests
from medialift.stores.supabase.errors import answer_of
from medialift.stores.supabase.headers import bare_etag, info_of, info_of_download
from medialift.stores.supabase.reader import read_by
from medialift.types import ObjectInfo

ABSENT = "Object not found"
"""What the service says of a missing row; of a row whose bytes were just replaced it says something else."""
OVERWRITE_PAUSE = 0.05
"""Seconds after which an object that was being replaced is asked for once more."""


def describe(requests: Requests, door: BucketDoor, operation: str, key: str, *, writes: bool = False) -> ObjectInfo:
    """The object, headers and metadata included. Asked by GET: to HEAD every refusal looks the same.

    Who *writes* looks with the key that it wrote with.
    """
    path = requests.place.of_object("object/info/authenticated", key)

    def ask(caller: Caller) -> Any:
        return requests.send(operation, key, "GET", path, by=caller).json()

    try:
        said = ask(requests.caller) if writes else read_by(requests, door, ask)
    except StoreError as error:
        raise door.judged(error) from error.__cause__
    door.saw()
    return info_of(key, said)


def open_object(
    requests: Requests, door: BucketDoor, key: str, *, start: int, length: int | None, if_match: str | None
) -> Download:
    """*length* bytes of the object from *start*. Raises ``NotFoundError`` and ``PreconditionError``."""
    if length == 0:
        return _open_nothing(requests, door, key, if_match)
    wanted = _range(start, length)
    try:
        response = read_by(requests, door, lambda caller: _ask(requests, key, wanted, caller))
    except StoreError as error:
        answer = answer_of(error)
        if answer is not None and answer.status == 416:
            return _open_nothing(requests, door, key, if_match)
        raise door.judged(error) from error.__cause__
    door.saw()
    try:
        _check_answer(requests, key, response, wanted, if_match)
    except StoreError:
        response.close()
        raise
    info = info_of_download(key, response.headers, lambda: describe(requests, door, "get", key).headers.metadata)
    left = int(response.headers.get("content-length", 0))
    return BodyDownload(info, Pieces(response), left, _failures(requests, key))


def _ask(requests: Requests, key: str, headers: Mapping[str, str], caller: Caller) -> httpx.Response:
    """The answer to a download; asked for once more where the object was being replaced at this moment."""
    # The shorter path takes a wrong key for none, and says that there is no such bucket.
    path = requests.place.of_object("object/authenticated", key)
    try:
        return requests.open("get", key, "GET", path, headers=headers, by=caller)
    except (NotFoundError, UnavailableError) as error:
        if not _was_being_replaced(error):
            raise
    time.sleep(OVERWRITE_PAUSE)
    return requests.open("get", key, "GET", path, headers=headers, by=caller)


def _was_being_replaced(error: StoreError) -> bool:
    answer = answer_of(error)
    if answer is None:
        return False
    return answer.status == 500 or (answer.code == "NoSuchKey" and answer.message != ABSENT)


def _check_answer(
    requests: Requests, key: str, response: httpx.Response, wanted: Mapping[str, str], if_match: str | None
) -> None:
    if wanted and response.status_code != 206:
        raise UnsupportedError("the service ignores ranges", **requests.where("get", key))
    # The service knows no If-Match: the version is compared here.
    _check_version(requests, key, bare_etag(response.headers.get("etag")), if_match)


def _check_version(requests: Requests, key: str, etag: str | None, if_match: str | None) -> None:
    if if_match is not None and etag != if_match:
        raise PreconditionError("the object is another version", **requests.where("get", key))


def _open_nothing(requests: Requests, door: BucketDoor, key: str, if_match: str | None) -> Download:
    """An empty range: described like any other, without a body."""
    info = describe(requests, door, "get", key)
    _check_version(requests, key, info.etag, if_match)
    return BodyDownload(info, io.BytesIO(), 0, _failures(requests, key))


def _range(start: int, length: int | None) -> dict[str, str]:
    if not start and length is None:
        return {}
    return {"Range": f"bytes={start}-{'' if length is None else start + length - 1}"}


def _failures(requests: Requests, key: str) -> Failures:
    where = requests.where("get", key)

    def explain(error: Exception) -> MedialiftError:
        return truncation(error, **where)

    return Failures(DRIVER_ERRORS, explain, where)
