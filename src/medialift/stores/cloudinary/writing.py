"""Storing one body, whole or in chunks, and holding the answer against what was sent."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO

from medialift.errors import DigestMismatchError, NoSpaceError, StoreError, UnsupportedError
from medialift.stores.base import Body
from medialift.stores.bodies import begin, chunks, cut, marked
from medialift.stores.cloudinary.client import Requests
from medialift.stores.cloudinary.deleting import destroy
from medialift.stores.cloudinary.empty import MARKER
from medialift.stores.cloudinary.errors import refuses_as_media
from medialift.stores.cloudinary.kinds import Kind
from medialift.stores.cloudinary.reading import MD5, info_of
from medialift.stores.cloudinary.strays import TAG, Strays
from medialift.types import Stored, Traits

HINT_OF_PRESET = (
    "An upload preset of the account, or an incoming transformation, changes what is uploaded: "
    'Settings → Upload → Upload presets, "API" defaults.'
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What went over, and what the service said it became."""

    size: int
    md5: bytes
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Writer:
    """Stores bodies under keys that are already checked."""

    requests: Requests
    traits: Traits
    strays: Strays

    def put(self, key: str, body: Body, md5: bytes | None) -> Stored:
        start = _position(body)
        whole, rest = begin(body, self.traits.multipart_threshold)
        if rest is None:
            sent = self._as_media_or_file(key, lambda kind: self._send_whole(key, kind, whole, md5))
            return self._stored(key, sent, len(whole), part_size=None)
        if self.requests.place.kind(key) is Kind.RAW:
            sent = self._send_chunks(key, Kind.RAW, whole, rest, md5)
        elif start is None:
            with self._spooled(key, whole, rest) as file:
                sent = self._send_twice_if_need_be(key, b"", file, 0, md5)
        else:
            sent = self._send_twice_if_need_be(key, whole, rest, start, md5)
        return self._stored(key, sent, sent.size, part_size=self.traits.part_size)

    def _send_twice_if_need_be(self, key: str, head: bytes, rest: BinaryIO, start: int, md5: bytes | None) -> Sent:
        """Send *head* and *rest*; again from *start* of *rest*, if they are refused as an image or a video."""
        first = [head]

        def send(kind: Kind) -> Sent:
            if not first:
                rest.seek(start)
            return self._send_chunks(key, kind, first.pop() if first else b"", rest, md5)

        return self._as_media_or_file(key, send)

    @contextmanager
    def _spooled(self, key: str, head: bytes, rest: BinaryIO) -> Iterator[BinaryIO]:
        """A body that cannot be read twice, on the disk: what it is, the service says when it has all of it."""
        with tempfile.TemporaryFile() as file:
            for piece in chain([head], chunks(rest)):
                try:
                    file.write(piece)
                except OSError as error:
                    reason = f"the disk for temporary files cannot hold the body: {error.strerror}"
                    raise NoSpaceError(reason, **self.requests.where("put", key)) from error
            file.seek(0)
            yield file

    def _as_media_or_file(self, key: str, send: Callable[[Kind], Sent]) -> Sent:
        """What *send* gives for the kind that the key's extension says, or among the files if it is refused as that.

        Broken pictures are found in every site, and are files of it all the same.
        """
        kind = self.requests.place.kind(key)
        if kind is Kind.RAW:
            return send(kind)
        try:
            sent = send(kind)
        except StoreError as error:
            if not refuses_as_media(error):
                raise
        else:
            if key in self.strays:
                # It would go on lending the good one its address.
                destroy(self.requests, "put", key, Kind.RAW)
                self.strays.remove(key)
            return sent
        sent = send(Kind.RAW)
        self.strays.add(key)
        # Whatever lay there before would be seen instead.
        destroy(self.requests, "put", key, kind)
        return sent

    def _send_whole(self, key: str, kind: Kind, body: bytes, md5: bytes | None) -> Sent:
        where = self.requests.where("put", key)
        if md5 not in (None, hashlib.md5(body, usedforsecurity=False).digest()):
            raise DigestMismatchError("the body's MD5 is not the one given", **where)
        if body == MARKER:
            raise UnsupportedError("these are the bytes that medialift stores for an empty file", **where)
        data = body or MARKER
        said = self.requests.upload_api("put", key, kind, "upload", self._params(key, kind), file=data)
        return Sent(len(data), hashlib.md5(data, usedforsecurity=False).digest(), said)

    def _send_chunks(self, key: str, kind: Kind, head: bytes, rest: BinaryIO, md5: bytes | None) -> Sent:
        """Send in chunks, of which the last one alone tells the size: without it nothing appears."""
        digest, size, said = hashlib.md5(usedforsecurity=False), 0, {}
        upload = secrets.token_hex(16)
        for chunk, is_last in marked(cut(head, rest, self.traits.part_size)):
            digest.update(chunk)
            if is_last and md5 not in (None, digest.digest()):
                raise DigestMismatchError("the body's MD5 is not the one given", **self.requests.where("put", key))
            end = size + len(chunk)
            told = {
                "X-Unique-Upload-Id": upload,
                "Content-Range": f"bytes {size}-{end - 1}/{end if is_last else -1}",
            }
            said = self.requests.upload_api(
                "put", key, kind, "upload", self._params(key, kind), file=chunk, headers=told
            )
            size = end
        return Sent(size, digest.digest(), said)

    def _params(self, key: str, kind: Kind) -> dict[str, str]:
        place = self.requests.place
        strays = {"tags": TAG} if kind is not place.kind(key) else {}
        return {"public_id": place.public_id(key), "type": place.type, "overwrite": "1", "invalidate": "1", **strays}

    def _stored(self, key: str, sent: Sent, size: int, *, part_size: int | None) -> Stored:
        """Raises :class:`DigestMismatchError` if something else lies there, or it lies elsewhere."""
        place, said, where = self.requests.place, sent.said, self.requests.where("put", key)
        if (said.get("public_id"), said.get("type")) != (place.public_id(key), place.type):
            reason = f"the service stored it as {said.get('type')}/{said.get('public_id')}, and not under its own name"
            raise DigestMismatchError(reason, hint=HINT_OF_PRESET, **where)
        etag = str(said.get("etag") or "")
        if int(said["bytes"]) != sent.size or (MD5.fullmatch(etag) and etag != sent.md5.hex()):
            reason = f"the service stored {said['bytes']} bytes ({etag}) of {sent.size} that were sent"
            error = DigestMismatchError(reason, hint=HINT_OF_PRESET, **where)
            error.etag = etag or None
            raise error
        info = info_of(key, said)
        return Stored(key, size, info.etag, info.version, part_size)


def _position(body: Body) -> int | None:
    """Where to read *body* from once more, ``None`` if that cannot be done."""
    if isinstance(body, bytes):
        return 0
    return body.tell() if body.seekable() else None
