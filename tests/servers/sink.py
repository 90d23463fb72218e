"""A sink that speaks enough S3 for a move of many small files, and takes hardly any time or memory for them.

It keeps size and MD5 of each object and no bytes, believes every signature, and answers ``PutObject``
(with ``If-None-Match: *``), ``HeadObject``, ``ListObjectsV2`` and ``CreateBucket``; anything else is 501.
Run as a program it prints its port.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.servers.process import LOOPBACK, running
from tests.servers.s3server import S3Server

PAGE = 1000
MODIFIED = "2026-01-01T00:00:00.000Z"


class Sink:
    """The objects of one bucket, by their keys."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[int, str]] = {}
        self._sorted: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until the client ends it."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                method, target, _ = head[0].split(" ")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                writer.write(self.answer(method, target, headers, body))
        writer.close()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> bytes:
        url = urlsplit(target)
        key = unquote(url.path).removeprefix("/").partition("/")[2]
        if method == "PUT" and key:
            return self._put(key, body, only_new=headers.get("if-none-match") == "*")
        if method == "PUT":
            return response(200)
        if method == "HEAD" and key:
            return self._described(key)
        if method == "GET" and "list-type=2" in url.query:
            return response(200, self._page(parse_qs(url.query)).encode())
        return response(501, b"<Error><Code>NotImplemented</Code></Error>")

    def _put(self, key: str, body: bytes, *, only_new: bool) -> bytes:
        if only_new and key in self.objects:
            return response(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        md5 = hashlib.md5(body).hexdigest()
        self.objects[key] = (len(body), md5)
        return response(200, etag=md5)

    def _described(self, key: str) -> bytes:
        if key not in self.objects:
            return response(404)
        size, md5 = self.objects[key]
        return response(200, etag=md5, length=size)

    def _page(self, query: dict[str, list[str]]) -> str:
        if len(self._sorted) != len(self.objects):
            self._sorted = sorted(self.objects)
        prefix, start = query.get("prefix", [""])[0], int(query.get("continuation-token", ["0"])[0])
        keys = [key for key in self._sorted[start : start + PAGE] if key.startswith(prefix)]
        more = start + PAGE < len(self._sorted)
        entries = "".join(self._entry(key) for key in keys)
        token = f"<NextContinuationToken>{start + PAGE}</NextContinuationToken>" if more else ""
        return (
            f"<ListBucketResult><KeyCount>{len(keys)}</KeyCount><EncodingType>url</EncodingType>"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{entries}</ListBucketResult>"
        )

    def _entry(self, key: str) -> str:
        size, md5 = self.objects[key]
        return (
            f"<Contents><Key>{escape(quote(key))}</Key><LastModified>{MODIFIED}</LastModified>"
            f"<ETag>&quot;{md5}&quot;</ETag><Size>{size}</Size></Contents>"
        )


def response(status: int, body: bytes = b"", *, etag: str = "", length: int | None = None) -> bytes:
    head = [f"HTTP/1.1 {status} -", f"Content-Length: {len(body) if length is None else length}"]
    head += ["Content-Type: application/xml", "Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT"]
    head += [f'ETag: "{etag}"'] if etag else []
    return "\r\n".join([*head, "", ""]).encode() + body


@contextlib.contextmanager
def sink(folder: Path) -> Iterator[S3Server]:
    """A sink in a process of its own. It is one bucket, whatever name it is given."""
    log = folder / "sink.log"
    with running("sink", [sys.executable, "-m", __name__], log=log) as process:
        process.wait_until(lambda: log.read_text().endswith("\n"), seconds=30)
        port = int(log.read_text())
        yield S3Server("sink", f"http://{LOOPBACK}:{port}", "sink", "sink-secret", provider="minio")


async def main() -> None:
    server = await asyncio.start_server(Sink().serve, LOOPBACK, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
