"""A proxy that stands before a server: it counts what passes, and breaks what its rules tell it to.

::

    with FaultProxy(ceph) as proxy:
        proxy.rules.append(when(slow_down(), operation="PutObject", times=3))
        store = open_store(proxy.server.spec(bucket))
        ...
        assert proxy.count("PutObject") == 4

Everything passes unchanged, the Host header too, so that signatures stay valid. Each request has an
upstream connection of its own: no fault of a kept-alive one is ever mistaken for a rule's.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import struct
import sys
import threading
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

from tests.servers.process import LOOPBACK
from tests.servers.s3request import Request
from tests.servers.s3server import S3Server

PIECE = 64 * 1024
OF_ONE_CONNECTION = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "expect"}
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close() sends RST

Transform = Callable[[Iterator[bytes]], Iterator[bytes]]
"""What becomes of a body. One that ends early cuts the connection there."""


class FaultProxy:
    """``server`` is the upstream seen through the proxy; ``rules`` may change at any time.

    The first rule that gives an action for a request decides; without one the request passes.
    """

    def __init__(self, upstream: S3Server, *rules: Rule) -> None:
        self.rules: list[Rule] = list(rules)
        self.requests: list[Request] = []
        """Everything that arrived, in order."""
        self.upstream = urlsplit(upstream.endpoint_url).netloc
        self.stopping = threading.Event()
        self._listener = _Listener((LOOPBACK, 0), self)
        self.server = upstream.through(f"http://{LOOPBACK}:{self._listener.server_port}")

    def count(self, operation: str | None = None) -> int:
        """How many requests arrived since the last :meth:`forget`."""
        return sum(operation in (None, request.operation) for request in list(self.requests))

    def operations(self) -> Counter[str]:
        return Counter(request.operation for request in list(self.requests))

    def forget(self) -> None:
        self.requests.clear()

    def action_for(self, request: Request) -> Action:
        self.requests.append(request)
        actions = (rule(request) for rule in list(self.rules))
        return next((action for action in actions if action is not None), Exchange.forward)

    def __enter__(self) -> FaultProxy:
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), name="fault-proxy")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.hang_up()
        if self._listener.failures and error is None:
            raise self._listener.failures[0]


class Exchange:
    """One request in the proxy's hands: what an action works with."""

    def __init__(self, handler: _Handler, request: Request) -> None:
        self._handler = handler
        self.request = request
        self._received = 0
        self._body = self._counted(handler.read_body())
        self._awaits_continue = request.headers.get("expect", "").lower() == "100-continue"

    def forward(
        self, *, upload: Transform = iter, download: Transform = iter, drop: Container[str] = frozenset()
    ) -> None:
        """Pass the request on and its answer back, each body through a transform.

        *drop* are request headers, in lower case, that the server does not get to see.
        """
        response = self.ask(upload=upload, drop=drop)
        if response is not None:
            self.relay(response, download=download)

    def ask(self, *, upload: Transform = iter, drop: Container[str] = frozenset()) -> http.client.HTTPResponse | None:
        """Pass the request on, without the headers *drop*; ``None`` (and a reset) if *upload* cut it."""
        self._let_client_send()
        upstream = self._handler.connect_upstream()
        chunked = "chunked" in self.request.headers.get("transfer-encoding", "")
        self._send_head(upstream, chunked=chunked, drop=drop)
        if not self._send_body(upstream, upload(self._body), chunked=chunked):
            self.reset()
            return None
        return upstream.getresponse()

    def relay(
        self,
        response: http.client.HTTPResponse,
        *,
        download: Transform = iter,
        drop: Container[str] = frozenset(),
    ) -> None:
        """Pass the upstream's answer back to the client, without the headers *drop* (in lower case)."""
        bodiless = self.request.method == "HEAD" or response.status in (204, 304)
        announced = 0 if bodiless else response.length
        headers = [(name, value) for name, value in response.getheaders() if name.lower() not in drop]
        self._start(response.status, response.reason, headers, chunked=announced is None)
        pieces = iter(lambda: response.read1(PIECE), b"")
        sent = self._handler.write(download(pieces), chunked=announced is None)
        if announced is not None and sent < announced:
            self._handler.close_connection = True
        elif not self._handler.close_connection:
            self._drain()

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Answer without asking the upstream."""
        if self._awaits_continue:
            self._handler.close_connection = True
        else:
            self._drain()
        length = {"Content-Length": str(len(body))}
        self._start(status, http.client.responses[status], {**headers, **length}.items(), chunked=False)
        self._handler.write(iter([] if self.request.method == "HEAD" else [body]), chunked=False)

    def reset(self) -> None:
        """Break the client's connection with a TCP reset."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._handler.close_connection = True

    def wait(self, seconds: float) -> None:
        """Do nothing for a while, or until the proxy stops."""
        self._handler.proxy.stopping.wait(seconds)

    def _let_client_send(self) -> None:
        if self._awaits_continue:
            self._handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._awaits_continue = False

    def _send_head(self, upstream: http.client.HTTPConnection, *, chunked: bool, drop: Container[str]) -> None:
        upstream.putrequest(self.request.method, self.request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in self._handler.headers.items():
            if name.lower() not in OF_ONE_CONNECTION and name.lower() not in drop:
                upstream.putheader(name, value)
        if chunked:
            upstream.putheader("Transfer-Encoding", "chunked")
        upstream.endheaders()

    def _send_body(self, upstream: http.client.HTTPConnection, pieces: Iterator[bytes], *, chunked: bool) -> bool:
        """Whether all of it went, or as much as the upstream wanted: it may stop listening when it has refused."""
        sent = 0
        try:
            for piece in filter(None, pieces):
                upstream.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                sent += len(piece)
            if sent < self._received:
                return False
            if chunked:
                upstream.send(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            self._drain()
        return True

    def _start(self, status: int, reason: str, headers: Any, *, chunked: bool) -> None:
        handler = self._handler
        handler.send_response_only(status, reason)
        for name, value in headers:
            if name.lower() not in OF_ONE_CONNECTION:
                handler.send_header(name, value)
        if chunked:
            handler.send_header("Transfer-Encoding", "chunked")
        if handler.close_connection:
            handler.send_header("Connection", "close")
        handler.end_headers()

    def _counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._received += len(piece)
            yield piece

    def _drain(self) -> None:
        for _ in self._body:
            pass


Action = Callable[[Exchange], None]
Rule = Callable[[Request], "Action | None"]


class _Listener(ThreadingHTTPServer):
    """The listening socket, and every connection that came of it."""

    daemon_threads = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], proxy: FaultProxy) -> None:
        super().__init__(address, _Handler)
        self.proxy = proxy
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
        if error is not None and not isinstance(error, ConnectionError):
            self.failures.append(error)

    def hang_up(self) -> None:
        """Close every connection and wait for the threads that serve them."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Serves one connection: parses requests and writes answers; what happens between is the action's."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    @property
    def proxy(self) -> FaultProxy:
        return self.server.proxy

    def serve(self) -> None:
        target = self.requestline.split(" ")[1]  # self.path has its leading slashes folded
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, target, headers)
        with contextlib.ExitStack() as self._upstreams:
            self.proxy.action_for(request)(Exchange(self, request))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_PATCH = do_OPTIONS = serve

    def connect_upstream(self) -> http.client.HTTPConnection:
        upstream = http.client.HTTPConnection(self.proxy.upstream, timeout=120)
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
