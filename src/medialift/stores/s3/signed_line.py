"""One connection to a service on which every request is signed, and which is kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from http.client import HTTPConnection, HTTPMessage, HTTPSConnection
from typing import NamedTuple

from medialift.stores.s3.address import Address
from medialift.stores.s3.lines import is_quiet
from medialift.stores.sigv4 import SigningKey, signed_headers


class Answer(NamedTuple):
    """``headers`` are found without regard to case."""

    status: int
    headers: HTTPMessage
    body: bytes


class SignedLine:
    """To be used by one thread at a time. *host* is HTTP's header."""

    def __init__(self, address: Address, host: str, key: Callable[[], SigningKey]) -> None:
        self._address, self._host, self._key = address, host, key
        self._line, self._pid = _line(address), os.getpid()

    def ask(
        self,
        method: str,
        path: str,
        query: str,
        *,
        sha256: str,
        patience: float,
        body: memoryview | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and read the whole answer, each within *patience* seconds.

        *path* and *query* are quoted, the query sorted by its names; *sha256* is the body's, in hex, or
        ``UNSIGNED-PAYLOAD``. Raises ``OSError``, ``HTTPException`` and what the key's source raises; the connection is
        of no use then, and has to be closed.
        """
        named = {**(headers or {}), "host": self._host}
        now = datetime.now(timezone.utc)
        signed = signed_headers(self._key(), method=method, path=path, query=query, headers=named, body=sha256, now=now)
        line = self._connected()
        line.sock.settimeout(patience)
        line.request(method, f"{path}?{query}", body=body, headers=signed)
        answer = line.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def _connected(self) -> HTTPConnection:
        if self._pid != os.getpid():
            # The parent of a fork reads on, and either would get what the other asked for.
            self._line, self._pid = _line(self._address), os.getpid()
        line = self._line
        if line.sock is not None:
            line.sock.setblocking(False)
            if not is_quiet(line.sock):
                line.close()
        if line.sock is None:
            line.timeout = self._address.connect_timeout
            line.connect()
        return line

    def close(self) -> None:
        """End the connection. The next request makes a new one."""
        self._line.close()


def _line(address: Address) -> HTTPConnection:
    if address.context is None:
        return HTTPConnection(address.host, address.port)
    return HTTPSConnection(address.host, address.port, context=address.context)
