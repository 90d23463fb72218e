"""HTTP on loopback: what arrives as a value, what leaves as a value."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import parse_qsl

PIECE = 64 * 1024
LOOPBACK = "127.0.0.1"


class HungUpError(ConnectionError):
    """The client went away in the middle of its body."""


@dataclass(frozen=True)
class Request:
    """``path`` is exactly as sent, without the query; names of ``headers`` are in lower case.

    ``length`` is the announced size in bytes, ``None`` of a chunked body.
    """

    method: str
    path: str
    pairs: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    length: int | None
    pieces: Iterator[bytes]

    @property
    def query(self) -> Mapping[str, str]:
        """The query's last value for each of its names; ``pairs`` has all of them."""
        return dict(self.pairs)

    @cached_property
    def body(self) -> bytes:
        """All of it. Raises :class:`HungUpError`."""
        return b"".join(self.pieces)

    @property
    def content_type(self) -> str | None:
        return self.headers.get("content-type")

    def drain(self) -> None:
        """Read what nobody wanted, so that the connection can be used again."""
        for _ in self.pieces:
            pass


@dataclass(frozen=True)
class Response:
    """``body`` is announced even to HEAD, which gets none of it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of_json(cls, value: object, status: int = 200) -> Response:
        return cls(status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(value).encode())


Answer = Callable[[Request], Response]


class Listener(ThreadingHTTPServer):
    """The listening socket, and every connection that came of it."""

    daemon_threads = False
    request_queue_size = 256

    def __init__(self, port: int, answer: Answer) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.answer = answer
        self._connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are no news."""

    def hang_up(self) -> None:
        """Close every connection and wait for the threads that serve them."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


B = TypeVar("B", bound="StandIn")


class StandIn:
    """Answers over HTTP on loopback for the time of the block; *port* 0 takes a free one."""

    def __init__(self, port: int, answer: Callable[[Request], Response]) -> None:
        self._listener = Listener(port, answer)
        self.host = f"{LOOPBACK}:{self._listener.server_port}"
        self.url = f"http://{self.host}"

    def __enter__(self: B) -> B:
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), name=type(self).__name__)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown()
        self._thread.join()
        self._listener.hang_up()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = PIECE
    server: Listener

    def serve(self) -> None:
        request = self._request()
        response = self.server.answer(request)
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = do_OPTIONS = serve

    def _request(self) -> Request:
        target = self.requestline.split(" ")[1]  # self.path has its leading slashes folded
        path, _, query = target.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        chunked = "chunked" in headers.get("transfer-encoding", "")
        length = None if chunked else int(headers.get("content-length", 0))
        pieces = _chunked(self.rfile) if length is None else _counted(self.rfile, length)
        return Request(self.command, path, parse_qsl(query, True), headers, length, pieces)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read answers, not logs."""


def _counted(file: Any, left: int) -> Iterator[bytes]:
    while left:
        piece: bytes = file.read1(min(left, PIECE))
        if not piece:
            raise HungUpError("the client went away in the middle of its body")
        left -= len(piece)
        yield piece


def _chunked(file: Any) -> Iterator[bytes]:
    while size := int(file.readline().partition(b";")[0] or b"0", 16):
        piece = file.read(size)
        if len(piece) < size:
            raise HungUpError("the client went away in the middle of its body")
        yield piece
        file.readline()
    file.readline()
