"""Values between two processes of one move, over a socket at which neither ever waits for the other to read."""

from __future__ import annotations

import pickle
import select
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

PIECE = 256 * 1024
LENGTH = 4
"""Bytes before each value that tell its length, high byte first."""


class Channel:
    """One end. What is sent and not taken yet waits here; whoever sends more than the other takes has to count."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._in, self._out = bytearray(), bytearray()

    def fileno(self) -> int:
        return self._sock.fileno()

    @property
    def has_unsent(self) -> bool:
        return bool(self._out)

    def send(self, value: object) -> None:
        """Raises ``OSError`` once the other end is gone."""
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        self._out += len(data).to_bytes(LENGTH, "big") + data
        self.flush()

    def flush(self) -> None:
        """Send what there is, as far as the other end takes it. Raises ``OSError``."""
        with suppress(BlockingIOError):
            while self._out:
                del self._out[: self._sock.send(self._out)]

    def received(self, wait: float) -> Iterator[Any]:
        """What has come, after at most *wait* seconds. Raises ``EOFError`` and ``OSError`` once the other is gone."""
        poll = select.poll()
        poll.register(self._sock, select.POLLIN | (select.POLLOUT if self._out else 0))
        poll.poll(wait * 1000)
        end_of_it = self._take()
        while len(self._in) >= LENGTH:
            end = LENGTH + int.from_bytes(self._in[:LENGTH], "big")
            if len(self._in) < end:
                break
            value = pickle.loads(self._in[LENGTH:end])  # noqa: S301 - of our own process
            del self._in[:end]
            yield value
        if end_of_it is not None:
            raise end_of_it
        self.flush()

    def close(self) -> None:
        self._sock.close()

    def _take(self) -> Exception | None:
        """Take what is there; what ended it, if nothing more can come."""
        try:
            while piece := self._sock.recv(PIECE):
                self._in += piece
        except BlockingIOError:
            return None
        except OSError as error:
            return error
        return EOFError("the other process is gone")
