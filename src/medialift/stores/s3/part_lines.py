"""Connections of their own for the parts of one upload.

boto3 joins each part with its head (a copy of 8 MiB), asks whether it may send it, and takes more than a
millisecond to sign it; this sends it from the memory that it was read into. An answer that gives an ETag is all
that is known here: after everything else the part is sent again by boto3, which waits, tries again and explains.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPException

from medialift.errors import MedialiftError
from medialift.stores.s3.address import Address
from medialift.stores.s3.client import ClientSource
from medialift.stores.s3.lines import SLOWEST_LINE
from medialift.stores.s3.multipart import SendPart, no_part_sent
from medialift.stores.s3.signed_line import SignedLine
from medialift.stores.sigv4 import SigningKey, quoted, quoted_path

UNSIGNED = "UNSIGNED-PAYLOAD"


class PartLines:
    """One line for each thread that sends at the same time; of no use any more once one has failed.

    *host* and *path* (not quoted) are those of the object, *patience* is in seconds. Without
    *signs_bodies* TLS and the MD5 guard what is sent: for services that do not compare the SHA-256
    that is signed.
    """

    def __init__(
        self,
        address: Address,
        key: Callable[[], SigningKey],
        *,
        host: str,
        path: str,
        patience: float,
        signs_bodies: bool = True,
    ) -> None:
        self._address, self._key, self._patience = address, key, patience
        self._host, self._path = host, quoted_path(path)
        self._signs_bodies = signs_bodies or address.context is None
        self._free: list[SignedLine] = []
        self._works = True

    def send(self, upload: str, number: int, part: memoryview, md5: bytes) -> str | None:
        """Send one part of *upload* and give its ETag as the service wrote it; ``None`` if it has to go another way.

        *md5* is that of the part, or empty. To be called from any thread.
        """
        if not self._works:
            return None
        line = self._free.pop() if self._free else SignedLine(self._address, self._host, self._key)
        try:
            etag = self._sent(line, upload, number, part, md5)
        except (OSError, HTTPException, MedialiftError):
            etag = None
        if etag is None:
            self._works = False
            line.close()
        else:
            self._free.append(line)
        return etag

    def close(self) -> None:
        """Close every line; to be called when nothing is on its way any more."""
        while self._free:
            self._free.pop().close()

    def _sent(self, line: SignedLine, upload: str, number: int, part: memoryview, md5: bytes) -> str | None:
        answer = line.ask(
            "PUT",
            self._path,
            f"partNumber={number}&uploadId={quoted(upload)}",
            sha256=hashlib.sha256(part).hexdigest() if self._signs_bodies else UNSIGNED,
            # The system counts the whole body into this.
            patience=self._patience + len(part) / SLOWEST_LINE,
            body=part,
            headers={"content-md5": base64.b64encode(md5).decode()} if md5 else None,
        )
        return answer.headers.get("etag") if answer.status == 200 else None


@contextmanager
def part_lines(
    source: ClientSource, address: Address | None, full_key: str, *, signs_bodies: bool
) -> Iterator[SendPart]:
    """What sends the parts of *full_key*; nothing does if there is no *address*."""
    if address is None:
        yield no_part_sent
        return
    origin, path = source.place.target(source.endpoint_url(), full_key)
    lines = PartLines(
        address,
        source.signing_key,
        host=origin.partition("://")[2],
        path=path,
        patience=source.settings.read_timeout,
        signs_bodies=signs_bodies,
    )
    with closing(lines):
        yield lines.send
