"""Uploading one body in equal parts, in bounded memory, from a few threads of its own."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import Any, BinaryIO

from medialift.errors import DigestMismatchError, StoreError, TooLargeError
from medialift.providers import Multipart
from medialift.stores.bodies import Buffers
from medialift.stores.s3.headers import bare, etag_is_opaque

MEMORY = 24 * 1024 * 1024
"""Bytes of parts that one upload holds in flight, beside the part that is being read."""

MAX_THREADS = 8
MEBIBYTE = 1024 * 1024

Send = Callable[..., dict[str, Any]]
"""Sends one request about the object: the client's method by name, and its parameters."""

SendPart = Callable[[str, int, memoryview, bytes], str | None]
"""Sends a part (of the upload, with its number, its bytes and their MD5 or nothing), and gives its ETag."""

Settle = Callable[[Callable[[], Mapping[str, Any]]], Mapping[str, Any]]
"""Calls what it is given, and gives its answer or another one that means the same."""

log = logging.getLogger("medialift.stores.s3")


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A finished upload. ``etag`` is the service's answer; ``expected`` what the MD5s of the parts give.

    Where those were not computed, it is what the parts' own ETags give, and empty if these are no MD5s.
    """

    size: int
    etag: str | None
    version: str | None
    expected: str
    opaque: bool


def no_part_sent(upload: str, number: int, part: memoryview, md5: bytes) -> None:
    """The :data:`SendPart` of uploads whose parts all go through the client."""


@dataclass
class MultipartUpload:
    """One upload, from its creation to its completion; whatever goes wrong, it is aborted.

    *create* are the parameters of CreateMultipartUpload, *each* those of every request,
    *complete* those of CompleteMultipartUpload; *where* is told in errors. Without *send_md5* the
    signed SHA-256 alone guards each part: MD5 takes three times as long. What *direct* gives no ETag for is sent
    by *send*. The parts lie in *buffers*, if there are any of this size.
    """

    send: Send
    part_size: int
    limits: Multipart
    where: Mapping[str, str]
    compare_etags: bool
    create: dict[str, Any]
    send_md5: bool = True
    each: dict[str, Any] = field(default_factory=dict)
    complete: dict[str, Any] = field(default_factory=dict)
    direct: SendPart = no_part_sent
    buffers: Buffers | None = None
    upload_id: str = ""

    def run(self, body: BinaryIO, *, settle: Settle, md5: bytes | None = None) -> Uploaded:
        """Send *body* in parts; nothing appears under the key unless all of them arrived.

        *settle* makes the last call, and knows what its doubtful answers mean.

        Raises :class:`DigestMismatchError` if the whole body does not have *md5*, or if a part's
        answer names another MD5 than its bytes have.
        """
        created = self.send("create_multipart_upload", **{**self.each, **self.create})
        self.upload_id, opaque = created["UploadId"], etag_is_opaque(created)
        try:
            sent = self._send_parts(body, md5, opaque=opaque)
            answer = settle(lambda: self._complete(sent))
        except BaseException:
            # Also for KeyboardInterrupt: parts of an unfinished upload are invisible, and billed.
            self._abort()
            raise
        return Uploaded(
            size=sum(part.size for part in sent),
            etag=bare(answer.get("ETag")),
            version=answer.get("VersionId"),
            expected=_etag_of([part.md5 for part in sent]),
            opaque=opaque or etag_is_opaque(answer),
        )

    def _complete(self, sent: Sequence[_Sent]) -> Mapping[str, Any]:
        return self.send(
            "complete_multipart_upload",
            UploadId=self.upload_id,
            MultipartUpload={"Parts": [{"PartNumber": part.number, "ETag": part.etag} for part in sent]},
            **self.complete,
            **self.each,
        )

    def _send_parts(self, body: BinaryIO, md5: bytes | None, *, opaque: bool) -> list[_Sent]:
        at_once = max(1, min(MAX_THREADS, MEMORY // self.part_size))
        sent: list[_Sent] = []
        waiting: deque[Future[_Sent]] = deque()
        buffers = self.buffers if self.buffers and self.buffers.size == self.part_size else Buffers(self.part_size)
        parts = _parts(buffers, body)
        if md5 is not None:
            parts = self._hashed(parts, md5)
        with ThreadPoolExecutor(at_once, thread_name_prefix="medialift-part") as pool:
            try:
                for number in count(1):
                    if len(waiting) == at_once:
                        sent.append(waiting.popleft().result())
                    # Read only now: a part that waits for its thread would be memory over the bound.
                    if (part := next(parts, None)) is None:
                        break
                    self._check_number(number)
                    waiting.append(pool.submit(self._send_part, number, part, buffers, opaque=opaque))
                sent.extend(future.result() for future in waiting)
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        return sent

    def _send_part(self, number: int, part: memoryview, buffers: Buffers, *, opaque: bool) -> _Sent:
        try:
            md5 = hashlib.md5(part, usedforsecurity=False).digest() if self.send_md5 else b""
            etag = self.direct(self.upload_id, number, part, md5)
            if etag is None:
                etag = self._send_by_driver(number, bytes(part), md5)
        finally:
            buffers.give_back(part)
        if not md5:
            return _Sent(number, etag, _md5_in(etag), len(part))
        if self.compare_etags and not opaque and names_other_md5(bare(etag), md5.hex()):
            reason = f"part {number} arrived as other bytes: {bare(etag)} instead of {md5.hex()}"
            raise DigestMismatchError(reason, **self.where)
        return _Sent(number, etag, md5, len(part))

    def _send_by_driver(self, number: int, part: bytes, md5: bytes) -> str:
        guard = {"ContentMD5": base64.b64encode(md5).decode()} if md5 else {}
        answer = self.send("upload_part", UploadId=self.upload_id, PartNumber=number, Body=part, **guard, **self.each)
        return str(answer.get("ETag", ""))

    def _check_number(self, number: int) -> None:
        if number > self.limits.max_parts:
            raise TooLargeError(
                **self.where,
                reason=f"the body has more than {self.limits.max_parts} parts of {self.part_size} bytes",
                hint="Pass a file that can seek, so that the size of its parts can be chosen.",
            )

    def _hashed(self, parts: Iterator[memoryview], md5: bytes) -> Iterator[memoryview]:
        """The same parts; at their end, the digest of all of them is compared with *md5*."""
        digest = hashlib.md5(usedforsecurity=False)
        for part in parts:
            digest.update(part)
            yield part
        if digest.digest() != md5:
            raise DigestMismatchError(f"the body's MD5 is {digest.hexdigest()}, not the one given", **self.where)

    def _abort(self) -> None:
        try:
            self.send("abort_multipart_upload", UploadId=self.upload_id)
        except StoreError as error:
            log.warning("an unfinished upload could not be aborted: %s", error.reason, extra=error.as_dict())


@dataclass(frozen=True, slots=True)
class _Sent:
    number: int
    etag: str
    md5: bytes
    size: int


def _parts(buffers: Buffers, body: BinaryIO) -> Iterator[memoryview]:
    """*body* in parts; one without bytes for a body without any, because no upload has no parts."""
    part = buffers.filled(body)
    while True:
        yield part
        if not (part := buffers.filled(body)):
            return


def _etag_of(md5s: Sequence[bytes]) -> str:
    """The ETag that parts with these MD5s make together; empty if one of them is not known."""
    if not all(md5s):
        return ""
    return f"{hashlib.md5(b''.join(md5s), usedforsecurity=False).hexdigest()}-{len(md5s)}"


def _md5_in(etag: str) -> bytes:
    """The MD5 that an ETag is, empty if it has not the form of one."""
    text = bare(etag) or ""
    return bytes.fromhex(text) if re.fullmatch(r"[0-9a-f]{32}", text) else b""


def part_size_for(size: int | None, default: int, limits: Multipart, **where: str) -> int:
    """Bytes per part: *default*, or in whole mebibytes as much as *size* needs to fit the number of parts.

    Raises :class:`TooLargeError` for a body that no allowed parts can hold.
    """
    wanted = max(default, limits.min_part)
    if size is None or size <= wanted * limits.max_parts:
        return wanted
    grown = -(-size // limits.max_parts)
    grown = -(-grown // MEBIBYTE) * MEBIBYTE
    if grown > limits.max_part or size > (limits.max_object or size):
        raise TooLargeError(f"a body of {size} bytes does not fit the service's {limits.max_parts} parts", **where)
    return grown


def names_other_md5(etag: str | None, expected: str) -> bool:
    """Whether *etag* has the form of *expected* (an MD5 in hex, with or without a number of parts) and another value.

    An ETag of another form says nothing: some services answer something else for some objects.
    """
    if etag is None or etag == expected or re.sub(r"[0-9a-f]", "0", etag.lower()) != re.sub(r"[0-9a-f]", "0", expected):
        return False
    return etag.lower() != expected
