"""Storing one body, in one piece or resumably, and looking at what arrived."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    DigestMismatchError,
    NotFoundError,
    StoreError,
    TooLargeError,
    UnavailableError,
)
from medialift.stores.base import Body
from medialift.stores.bodies import begin, cut, size_of
from medialift.stores.supabase.bucket import BucketDoor
from medialift.stores.supabase.caller import Role
from medialift.stores.supabase.client import Requests
from medialift.stores.supabase.headers import upload_metadata, written_headers
from medialift.stores.supabase.reading import describe
from medialift.stores.supabase.tus import ResumableUpload, Uploaded, begin_upload
from medialift.types import Headers, Stored, Traits

PLAIN_MD5 = 16 * 1024 * 1024
"""Bytes up to which an ETag without a dash is the MD5 of the body on every installation."""

T = TypeVar("T")
Upsert = Mapping[str, str]
"""The header that lets a write replace an object, or nothing."""


@dataclass(frozen=True)
class Writer:
    """Stores bodies under keys that are already checked."""

    requests: Requests
    door: BucketDoor
    traits: Traits

    def put(self, key: str, body: Body, headers: Headers, md5: bytes | None) -> Stored:
        whole, rest = begin(body, self.traits.multipart_threshold)
        if rest is None:
            return self._put_whole(key, whole, headers, md5)
        return self._put_chunks(key, whole, rest, headers, md5)

    def _put_whole(self, key: str, body: bytes, headers: Headers, md5: bytes | None) -> Stored:
        digest = hashlib.md5(body, usedforsecurity=False).digest()
        if md5 not in (None, digest):
            raise DigestMismatchError("the body's MD5 is not the one given", **self.requests.where("put", key))
        path, written = self.requests.place.of_object("object", key), written_headers(headers)

        def send(upsert: Upsert) -> None:
            self.requests.send("put", key, "POST", path, content=body, headers={**written, **upsert})

        self._allowed_to(send)
        return self._stored(key, Uploaded(len(body), digest), part_size=None)

    def _put_chunks(self, key: str, head: bytes, rest: BinaryIO, headers: Headers, md5: bytes | None) -> Stored:
        left = size_of(rest)
        length = None if left is None else len(head) + left
        self._refuse_giant(key, length or 0)
        place = self.requests.place
        told = upload_metadata(place.bucket, place.full_key(key), headers)

        def start(upsert: Upsert) -> ResumableUpload:
            return begin_upload(self.requests, key, told, length=length, upsert=upsert)

        upload = self._allowed_to(start)
        try:
            done = upload.run(cut(head, rest, self.traits.part_size), md5)
        except AlreadyExistsError as error:
            reason = "another writer made the object while this one was sent"
            raise UnavailableError(reason, **self.requests.where("put", key)) from error
        except StoreError as error:
            raise self.door.judged(error) from error.__cause__
        return self._stored(key, done, part_size=self.traits.part_size)

    def _allowed_to(self, write: Callable[[Upsert], T]) -> T:
        """Let *write* replace what is there, or write where nothing is, with as few rights as each needs.

        Replacing needs the right to read, too: who may only add gets a new object written, and is
        refused only where the key is taken. The service may do everything and asks once.
        """
        replaces = {"x-upsert": "true"}
        try:
            try:
                answer = write(replaces if self.requests.caller.role is Role.SERVICE else {})
            except AlreadyExistsError:
                answer = write(replaces)
        except StoreError as error:
            raise self.door.judged(error) from error.__cause__
        self.door.saw()
        return answer

    def _stored(self, key: str, sent: Uploaded, *, part_size: int | None) -> Stored:
        """What is there now: an upload's own answer tells neither size nor ETag.

        Raises :class:`DigestMismatchError` if that is not what was sent. Who may write and not read
        learns nothing, and a store that says so is not believed.
        """
        try:
            info = describe(self.requests, self.door, "put", key, writes=True)
        except (NotFoundError, AccessDeniedError):
            if self.requests.caller.role is Role.SERVICE:
                raise
            return Stored(key, sent.size, part_size=part_size)
        if info.size != sent.size or is_other_md5(info.etag, sent):
            reason = f"other bytes arrived than were sent, or somebody replaced them: {info.size} bytes, {info.etag}"
            raise DigestMismatchError(reason, **self.requests.where("put", key))
        return Stored(key, sent.size, etag=info.etag, part_size=part_size)

    def _refuse_giant(self, key: str, length: int) -> None:
        limit = self.requests.place.provider.multipart.max_object
        if limit is not None and length > limit:
            reason = f"the body has {length:,} bytes, no project takes more than {limit:,}"
            raise TooLargeError(reason, **self.requests.where("put", key))


def is_other_md5(etag: str | None, sent: Uploaded) -> bool:
    """Whether *etag* is the MD5 of other bytes; one with a dash, or of a large body, does not say."""
    is_plain = re.fullmatch(r"[0-9a-f]{32}", etag or "") is not None
    return is_plain and sent.size <= PLAIN_MD5 and etag != sent.md5.hex()
