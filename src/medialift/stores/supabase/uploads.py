"""Uploads that browsers send to the project itself, whole or by tus, and the copy that brings them to their place.

A browser shows a token for one key, which says nothing of size or type. Whether an upload by tus was begun
by the token or by the store's own key makes no difference: its name is the same.
Source: https://github.com/supabase/storage (src/http/routes/tus, src/http/routes/object/copyObject.ts)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medialift.errors import NotFoundError, PreconditionError, StoreError, TooLargeError
from medialift.stores.supabase.bucket import BucketDoor
from medialift.stores.supabase.client import Requests
from medialift.stores.supabase.deleting import delete
from medialift.stores.supabase.errors import answer_of
from medialift.stores.supabase.headers import (
    DEFAULT_CACHE_CONTROL,
    bare_etag,
    bare_type,
    upload_metadata,
    written_metadata,
)
from medialift.stores.supabase.tus import PATH, VERSION, begin_upload
from medialift.stores.supabase.urls import Addresses
from medialift.stores.uploading import Resumable, UploadRequest
from medialift.types import Headers, Traits

SIGNED_PATH = f"{PATH}/sign"
ENDED = frozenset({400, 404, 409, 410})
"""Answers to the end of an upload that is no more: it is complete, or nobody knows it, or its object is there."""


@dataclass(frozen=True)
class Uploads:
    """Uploads to keys that are already checked."""

    requests: Requests
    door: BucketDoor
    addresses: Addresses
    traits: Traits

    def whole(self, key: str, content_type: str) -> UploadRequest:
        """One request, for the token. Raises ``AlreadyExistsError``: what was looked at is not sent over."""
        url = self.addresses.upload(key, overwrite=False).url
        return UploadRequest("PUT", url, headers={"Content-Type": bare_type(content_type)})

    def begin(self, key: str, size: int, content_type: str) -> str:
        place, where = self.requests.place, self.requests.where("put", key)
        limit = place.provider.multipart.max_object
        if limit is not None and size > limit:
            raise TooLargeError(f"the file has {size:,} bytes, no project takes more than {limit:,}", **where)
        told = upload_metadata(place.bucket, place.full_key(key), Headers(content_type=content_type))
        try:
            return begin_upload(self.requests, key, told, length=size, upsert={}).id
        except StoreError as error:
            raise self.door.judged(error) from error.__cause__

    def resumable(self, key: str, upload: str) -> Resumable:
        token = self.addresses.upload(key, overwrite=False).token
        url = f"{self.requests.place.base}{SIGNED_PATH}/{upload}"
        return Resumable(url, self.traits.part_size, {**VERSION, "x-signature": token})

    def offset(self, key: str, upload: str) -> int:
        told = self.requests.send("get", key, "HEAD", f"{PATH}/{upload}", headers=VERSION)
        return int(told.headers["upload-offset"])

    def end(self, key: str, upload: str) -> None:
        try:
            self.requests.send("delete", key, "DELETE", f"{PATH}/{upload}", headers=VERSION)
        except StoreError as error:
            answer = answer_of(error)
            if answer is None or answer.status not in ENDED:
                raise

    def copy_within(self, source: str, target: str, *, if_match: str, headers: Headers) -> None:
        """Copy one version: the service has no condition, but every write makes a version of another name."""
        before = self._seen(source)
        if bare_etag(before.get("etag")) != if_match:
            raise self._other_version(source)
        self._copy(source, target, headers)
        try:
            after = self._seen(source)
        except NotFoundError:
            after = {}
        if after.get("version") != before["version"]:
            delete(self.requests, self.door, target)
            raise self._other_version(source)

    def _copy(self, source: str, target: str, headers: Headers) -> None:
        place = self.requests.place
        told = {
            "bucketId": place.bucket,
            "sourceKey": place.full_key(source),
            "destinationKey": place.full_key(target),
            "copyMetadata": False,
            # Both are told: what is not, some versions keep and others forget.
            "metadata": {
                "mimetype": bare_type(headers.content_type),
                "cacheControl": headers.cache_control or DEFAULT_CACHE_CONTROL,
            },
        }
        try:
            self.requests.send("get", source, "POST", "/object/copy", json=told, headers=written_metadata(headers))
        except StoreError as error:
            raise self.door.judged(error) from error.__cause__

    def _seen(self, key: str) -> Mapping[str, Any]:
        path = self.requests.place.of_object("object/info/authenticated", key)
        try:
            said: Mapping[str, Any] = self.requests.send("get", key, "GET", path).json()
        except StoreError as error:
            raise self.door.judged(error) from error.__cause__
        return said

    def _other_version(self, key: str) -> PreconditionError:
        return PreconditionError("the object is another version", **self.requests.where("get", key))
