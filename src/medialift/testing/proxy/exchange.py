"""One request in the hands of an action."""

from __future__ import annotations

import http.client
import socket
import struct
from collections.abc import Callable, Container, Iterator, Mapping
from typing import Any

from medialift.testing.proxy.listener import PIECE, Handler
from medialift.testing.proxy.request import Request

OF_ONE_CONNECTION = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "expect"}
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: close() sends RST

Transform = Callable[[Iterator[bytes]], Iterator[bytes]]
"""What becomes of a body. One that ends early cuts the connection there."""


class Exchange:
    """One request in the proxy's hands: what an action works with."""

    def __init__(self, handler: Handler, request: Request) -> None:
        self._handler = handler
        self.request = request
        self._received = 0
        self._length: int | None = None
        self._body = self._counted(handler.read_body())
        self._awaits_continue = request.headers.get("expect", "").lower() == "100-continue"

    def read(self) -> bytes:
        """The whole body of the request, which is still passed on afterwards; for bodies that are known to be small."""
        self._let_client_send()
        body = b"".join(self._body)
        self._body = iter([body])
        return body

    def replace(self, body: bytes) -> None:
        """Let the upstream get *body* in place of the one that :meth:`read` gave."""
        self._body, self._received, self._length = iter([body]), len(body), len(body)

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
        self._handler.server.stopping.wait(seconds)

    def _let_client_send(self) -> None:
        if self._awaits_continue:
            self._handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self._awaits_continue = False

    def _send_head(self, upstream: http.client.HTTPConnection, *, chunked: bool, drop: Container[str]) -> None:
        upstream.putrequest(self.request.method, self.request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in self._handler.headers.items():
            if name.lower() not in OF_ONE_CONNECTION and name.lower() not in drop:
                is_new = self._length is not None and name.lower() == "content-length"
                upstream.putheader(name, str(self._length) if is_new else value)
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
