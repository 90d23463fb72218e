"""Where the proxy listens, what arrived there, and which rule decides about it."""

from __future__ import annotations

import ssl
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from medialift.testing.proxy.exchange import Exchange
from medialift.testing.proxy.listener import LOOPBACK, Handler, Listener
from medialift.testing.proxy.request import Request

Action = Callable[[Exchange], None]
"""What is done with one request."""

Rule = Callable[[Request], "Action | Request | None"]
"""An action for a request, or the request that stands in its place from here on, or nothing to say."""


class Proxy:
    """Stands before the server at *upstream* (``http://host:port``) for the time of the block.

    ``rules`` may change at any time. They are asked in order, and the first action decides; without
    one the request passes. With *certificate* (a PEM file of key and chain) the proxy speaks TLS.
    """

    def __init__(self, upstream: str, *rules: Rule, certificate: Path | None = None) -> None:
        self.rules: list[Rule] = list(rules)
        self.requests: list[Request] = []
        """Everything that arrived, in order."""
        self._listener = Listener(urlsplit(upstream).netloc, self._serve, _context(certificate))
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://{LOOPBACK}:{self._listener.server_port}"

    def count(self, operation: str | None = None) -> int:
        """How many requests arrived since the last :meth:`forget`."""
        return sum(operation in (None, request.operation) for request in list(self.requests))

    def operations(self) -> Counter[str]:
        return Counter(request.operation for request in list(self.requests))

    def forget(self) -> None:
        self.requests.clear()

    def __enter__(self) -> Proxy:
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), name="proxy")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.stopping.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.hang_up()
        if self._listener.failures and error is None:
            raise self._listener.failures[0]

    def _serve(self, handler: Handler, request: Request) -> None:
        self.requests.append(request)
        for rule in list(self.rules):
            found = rule(request)
            if isinstance(found, Request):
                request = found
            elif found is not None:
                found(Exchange(handler, request))
                return
        Exchange(handler, request).forward()


def _context(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context
