"""A server that speaks no protocol: a test says what it does with each connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

Behave = Callable[[socket.socket, int], None]
"""What a server does with a connection, which is its so-many-th."""


class Server:
    """Listens on loopback and lets *behave* have each connection."""

    def __init__(self, behave: Behave) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0
        self._threads: list[threading.Thread] = []
        self._behave = behave
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._one, args=(connection, self.connections), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _one(self, connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            self._behave(connection, number)

    def wait_until_done(self) -> None:
        """Wait until the server has closed every connection that it has had."""
        for thread in self._threads:
            thread.join()

    def close(self) -> None:
        """Stop listening, and wait until nobody does: closing alone would not wake up the thread that accepts."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()


def answering(*answers: bytes) -> Behave:
    """Each request is answered by the next of *answers*, then the connection is closed."""

    def behave(connection: socket.socket, number: int) -> None:
        for answer in answers:
            if not connection.recv(65536):
                return
            connection.sendall(answer)

    return behave


def always(answer: bytes) -> Behave:
    def behave(connection: socket.socket, number: int) -> None:
        while connection.recv(65536):
            connection.sendall(answer)

    return behave
