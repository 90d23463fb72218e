"""The sockets: one thread per connection, and one connection to the upstream per request.

No fault of a kept-alive upstream connection is then ever mistaken for a rule's.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from medialift.testing.proxy.request import Request

LOOPBACK = "127.0.0.1"
PIECE = 64 * 1024


class Listener(ThreadingHTTPServer):
    """The listening socket, and every connection that came of it."""

    daemon_threads = False
    request_queue_size = 256

    def __init__(
        self, upstream: str, serve: Callable[[Handler, Request], None], context: ssl.SSLContext | None
    ) -> None:
        super().__init__((LOOPBACK, 0), Handler)
        if context is not None:
            # Handshakes belong to the connections' own threads: a slow client must not stop the others.
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.upstream = upstream
        self.serve = serve
        self.stopping = threading.Event()
        self.failures: list[BaseException] = []
        self._connections: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        # Closed without socketserver's shutdown(): a FIN must not come before the reset that a rule asked for.
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, (ConnectionError, ssl.SSLError)):
            self.failures.append(error)

    def hang_up(self) -> None:
        """Close every connection and wait for the threads that serve them."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Serves one connection: parses requests and writes answers; what happens between is the action's."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def serve(self) -> None:
        target = self.requestline.split(" ")[1]  # self.path has its leading slashes folded
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, target, headers)
        with contextlib.ExitStack() as self._upstreams:
            self.server.serve(self, request)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = do_OPTIONS = serve

    def connect_upstream(self) -> http.client.HTTPConnection:
        upstream = http.client.HTTPConnection(self.server.upstream, timeout=120)
        self._upstreams.callback(upstream.close)
        return upstream

    def read_body(self) -> Iterator[bytes]:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            yield from self._read_chunks()
            return
        left = int(self.headers.get("Content-Length", 0))
        while left:
            piece = self.rfile.read1(min(left, PIECE))
            if not piece:
                raise ConnectionAbortedError("the client went away in the middle of its body")
            left -= len(piece)
            yield piece

    def _read_chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().partition(b";")[0] or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def write(self, pieces: Iterator[bytes], *, chunked: bool) -> int:
        sent = 0
        for piece in pieces:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            sent += len(piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        return sent

    def handle_expect_100(self) -> bool:
        return True  # the action decides whether the client may send

    def log_message(self, format: str, *args: Any) -> None:
        """The proxy keeps the requests themselves."""
