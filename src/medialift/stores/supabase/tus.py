"""Uploading one large body in chunks, going on where a connection broke.

Source: https://tus.io/protocols/resumable-upload, and the service's own advice: chunks of exactly 6 MiB.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from medialift.errors import AlreadyExistsError, DigestMismatchError, StoreError, UnavailableError
from medialift.stores.bodies import marked
from medialift.stores.supabase.client import Requests
from medialift.stores.wrappers.retry import Backoff

PATH = "/upload/resumable"
VERSION = {"Tus-Resumable": "1.0.0"}
CHUNK_TYPE = "application/offset+octet-stream"

RESUMES = 5
"""Failures in a row, without a byte won, after which an upload is given up."""

log = logging.getLogger("medialift.stores.supabase")


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A finished upload: its bytes, and their MD5."""

    size: int
    md5: bytes


@dataclass(frozen=True)
class ResumableUpload:
    """One upload that the service knows under ``path``.

    ``length`` are its bytes, ``None`` where nobody knows them yet; ``upsert`` is the header that lets
    it replace an object.
    """

    requests: Requests
    key: str
    path: str
    length: int | None
    upsert: Mapping[str, str]

    @property
    def id(self) -> str:
        """The service's name for it."""
        return self.path.rpartition("/")[2]

    def run(self, chunks: Iterable[bytes], md5: bytes | None) -> Uploaded:
        """Send *chunks*; the object appears with the last one, or not at all.

        Raises :class:`DigestMismatchError` if the body does not have *md5*.
        """
        digest, sent = hashlib.md5(usedforsecurity=False), 0
        try:
            for chunk, is_last in marked(chunks):
                digest.update(chunk)
                if is_last and md5 not in (None, digest.digest()):
                    reason = f"the body's MD5 is {digest.hexdigest()}, not the one given"
                    raise DigestMismatchError(reason, **self.requests.where("put", self.key))
                self._send(chunk, sent, is_last=is_last)
                sent += len(chunk)
        except BaseException:
            # Also for KeyboardInterrupt: what was sent is kept for a day, and billed.
            self._abort()
            raise
        return Uploaded(sent, digest.digest())

    def _send(self, chunk: bytes, start: int, *, is_last: bool) -> None:
        """Bring *chunk* over, from wherever the service has got to."""
        ends = {"Upload-Length": str(start + len(chunk))} if is_last and self.length is None else {}
        offset, failures = start, 0
        while offset < start + len(chunk):
            before = offset
            try:
                offset = self._patch(chunk[offset - start :], offset, ends)
            except StoreError as error:
                offset = self._resumed(error, failures + 1)
            failures = failures + 1 if offset == before else 0
            self._check_offset(offset, start, start + len(chunk))

    def _patch(self, data: bytes, offset: int, ends: Mapping[str, str]) -> int:
        told = {"Upload-Offset": str(offset), "Content-Type": CHUNK_TYPE}
        headers = {**VERSION, **self.upsert, **ends, **told}
        response = self.requests.once("put", self.key, "PATCH", self.path, headers=headers, content=data)
        response.close()
        return int(response.headers["upload-offset"])

    def _resumed(self, error: StoreError, failures: int) -> int:
        """Where the upload stands after *error*; raises it where going on makes no sense."""
        lost_an_answer = isinstance(error, AlreadyExistsError) and "offset" in error.reason.lower()
        if failures > RESUMES or not (lost_an_answer or error.retryable):
            raise error
        time.sleep(Backoff().pause(failures, error))
        response = self.requests.send("put", self.key, "HEAD", self.path, headers=VERSION)
        return int(response.headers["upload-offset"])

    def _check_offset(self, offset: int, start: int, end: int) -> None:
        if not start <= offset <= end:
            reason = f"the service stands at byte {offset} of an upload that was sent from {start} to {end}"
            raise UnavailableError(reason, **self.requests.where("put", self.key))

    def _abort(self) -> None:
        try:
            self.requests.once("put", self.key, "DELETE", self.path, headers={**VERSION, **self.upsert}).close()
        except StoreError as error:
            log.warning("an unfinished upload could not be ended: %s", error.reason, extra=error.as_dict())


def begin_upload(
    requests: Requests, key: str, told: str, *, length: int | None, upsert: Mapping[str, str]
) -> ResumableUpload:
    """Announce an upload; *told* is its Upload-Metadata. Nothing appears under the key yet."""
    size = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
    headers = {**VERSION, **size, **upsert, "Upload-Metadata": told}
    response = requests.send("put", key, "POST", PATH, headers=headers)
    # The service gives an address as it knows itself: of https, and without what stands before it.
    id = urlsplit(response.headers["location"]).path.rpartition("/")[2]
    return ResumableUpload(requests, key, f"{PATH}/{id}", length, upsert)
