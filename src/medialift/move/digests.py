"""Digests of bytes that are on their way, and what an ETag says about them."""

from __future__ import annotations

import hashlib
import io
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from medialift.errors import SourceChangedError
from medialift.stores.bodies import fill
from medialift.types import Digests, ObjectInfo

CHUNK = 1024 * 1024
MIB = 1024 * 1024

USUAL_PART_SIZES = tuple(size * MIB for size in (5, 6, 8, 10, 15, 16, 20, 25, 32, 50, 64, 100, 128, 256, 512, 1024))
"""Part sizes of common clients: aws 8, s3cmd 15, boto3 8, s5cmd 50, rclone 5, MinIO's mc 16 and 64 MiB."""

ETags = dict[str, int | None]
"""What an ETag that is an MD5 may read, with the part size in bytes (``None``: sent in one piece)."""

_PLAIN = re.compile(r"[0-9a-f]{32}")
_PARTS = re.compile(r"[0-9a-f]{32}-([1-9][0-9]*)")


class Readable(Protocol):
    """An open object, of either side."""

    info: ObjectInfo

    def read(self, size: int = -1, /) -> bytes: ...

    def close(self) -> None: ...


class Halted(Exception):
    """The move is being stopped: what is half sent is given up. Never leaves the move's engine."""


def md5(data: bytes = b"") -> Any:
    """A hash object; MD5 guards against accidents here, not against people."""
    return hashlib.md5(data, usedforsecurity=False)


def digests_of(data: bytes) -> Digests:
    """Both digests of bytes in memory."""
    return Digests(hashlib.sha256(data).digest(), md5(data).digest())


def is_md5_etag(etag: str | None) -> bool:
    """Whether *etag* has the form of one body's MD5."""
    return etag is not None and _PLAIN.fullmatch(etag) is not None


def parts_in(etag: str | None) -> int | None:
    """The number of parts if *etag* has the form of a multipart upload's."""
    match = _PARTS.fullmatch(etag or "")
    return int(match.group(1)) if match else None


def possible_part_sizes(size: int, parts: int, also: Iterable[int] = ()) -> tuple[int, ...]:
    """The usual part sizes (and *also*) by which *size* bytes make that many parts."""
    candidates = dict.fromkeys((*also, *USUAL_PART_SIZES))
    return tuple(part for part in candidates if part > 0 and max(1, -(-size // part)) == parts)


class PartDigest:
    """The ETag of a multipart upload in parts of one size: MD5 of the parts' MD5s, a dash, their number.

    Source: measured on Amazon S3, Ceph and others; AWS documents only that it is not an MD5 of the body.
    """

    def __init__(self, part_size: int) -> None:
        self.part_size = part_size
        self._done: list[bytes] = []
        self._part = md5()
        self._room = part_size

    def update(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while view:
            piece, view = view[: self._room], view[self._room :]
            self._part.update(piece)
            self._room -= len(piece)
            if not self._room:
                self._close_part()

    def etag(self) -> str:
        """The ETag of what came so far; nothing may be added afterwards."""
        if self._room < self.part_size or not self._done:
            self._close_part()
        return f"{md5(b''.join(self._done)).hexdigest()}-{len(self._done)}"

    def _close_part(self) -> None:
        self._done.append(self._part.digest())
        self._part, self._room = md5(), self.part_size


class Hasher:
    """SHA-256 of a body; its MD5 if *whole_md5*; and the ETag it would get in parts of each of *part_sizes* bytes.

    MD5 is the slowest of all (0.8 GB/s and core where SHA-256 makes 2.0), so it is computed only
    where it proves something.
    """

    def __init__(self, *, whole_md5: bool = False, part_sizes: Iterable[int] = ()) -> None:
        self._whole_md5, self._part_sizes = whole_md5, tuple(part_sizes)
        self.restart()

    def restart(self) -> None:
        """Forget everything that came."""
        self.size = 0
        self._known: tuple[int, Digests] | None = None
        self._told_md5 = b""
        self._sha256 = hashlib.sha256()
        self._md5 = md5() if self._whole_md5 else None
        self._parts = [PartDigest(size) for size in self._part_sizes]

    def update(self, data: bytes | memoryview) -> None:
        self.size += len(data)
        self._sha256.update(data)
        if self._md5 is not None:
            self._md5.update(data)
        for part in self._parts:
            part.update(data)

    def take_md5(self, digest: bytes) -> None:
        """Take the MD5 of these very bytes, which somebody else has computed of them."""
        self._told_md5, self._known = digest, None

    def digests(self) -> Digests:
        """The digests of what came so far, computed once: a hash is copied each time that it is asked."""
        if self._known is None or self._known[0] != self.size:
            whole = self._md5.digest() if self._md5 is not None else self._told_md5
            self._known = self.size, Digests(self._sha256.digest(), whole)
        return self._known[1]

    def etags(self) -> ETags:
        """Every ETag this body may have, as far as it was asked for."""
        md5 = self.digests().md5
        whole: ETags = {md5.hex(): None} if md5 else {}
        return {**whole, **{part.etag(): part.part_size for part in self._parts}}


class HashingReader(io.RawIOBase):
    """A body for ``put``: what is read from the source passes through the digests on its way.

    It can be read again, but only from its start (*reopen* opens the file anew): the digests are
    those of the last pass. A store may wrap whatever ``read`` raises into an error of its own, so
    ``failure`` keeps it.
    """

    def __init__(
        self,
        reopen: Callable[[], Readable],
        hasher: Hasher,
        halt: threading.Event,
        sent: Callable[[int], None],
    ) -> None:
        super().__init__()
        self.failure: Exception | None = None
        self._reopen, self._hasher, self._halt, self._sent = reopen, hasher, halt, sent
        self._download = reopen()
        self._ahead = b""
        self._at = 0
        self.info = self._download.info

    def peek(self, size: int) -> bytes:
        """About the first *size* bytes; to be called before anything is read."""
        self._ahead = self._download.read(size)
        return self._ahead

    def close(self) -> None:
        if not self.closed:
            self._download.close()
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.info.size}
        self._at = start[whence] + offset
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        try:
            data = self._read(size)
        except Exception as error:
            self.failure = error
            raise
        self._sent(len(data))
        return data

    def readinto(self, buffer: Any, /) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def fill(self, buffer: memoryview, /) -> int:
        """Fill *buffer*; fewer bytes only at the end."""
        try:
            count = self._fill(buffer)
        except Exception as error:
            self.failure = error
            raise
        self._sent(count)
        return count

    def readall(self) -> bytes:
        return self.read(-1)

    def _read(self, size: int) -> bytes:
        self._begin()
        data = self._next(size)
        self._passes(data)
        return data

    def _fill(self, buffer: memoryview) -> int:
        self._begin()
        ahead = self._take(len(buffer))
        filled = len(ahead)
        buffer[:filled] = ahead
        self._passes(buffer[:filled])
        # Piece by piece: each is still in the processor's cache when it is hashed.
        while filled < len(buffer) and (count := fill(self._download, buffer[filled : filled + CHUNK])):
            self._passes(buffer[filled : filled + count])
            filled += count
        return filled

    def _begin(self) -> None:
        if self._halt.is_set():
            raise Halted
        if self._at != self._hasher.size:
            self._start_again()

    def _passes(self, data: bytes | memoryview) -> None:
        self._hasher.update(data)
        self._at = self._hasher.size
        if self._at > self.info.size:
            raise SourceChangedError("the file grew while it was read")

    def _start_again(self) -> None:
        if self._at != 0:
            raise io.UnsupportedOperation("a body on its way can be read again only from its start")
        self._download.close()
        self._download, self._ahead = self._reopen(), b""
        if self._download.info.fingerprint != self.info.fingerprint:
            raise SourceChangedError("the file changed while it was sent")
        self._hasher.restart()

    def _next(self, size: int) -> bytes:
        """*size* bytes, or fewer only at the end: parts of a multipart upload are filled by one call."""
        if size < 0:
            return b"".join([self._take(-1), *iter(lambda: self._download.read(CHUNK), b"")])
        data = self._take(size)
        while len(data) < size and (more := self._download.read(size - len(data))):
            data += more
        return data

    def _take(self, size: int) -> bytes:
        end = len(self._ahead) if size < 0 else size
        data, self._ahead = self._ahead[:end], self._ahead[end:]
        return data


def pieces(download: Readable, halt: threading.Event | None = None) -> Iterator[bytes]:
    """The rest of an open object in chunks. Raises :class:`Halted` once *halt* is set."""
    while data := download.read(CHUNK):
        if halt is not None and halt.is_set():
            raise Halted
        yield data
