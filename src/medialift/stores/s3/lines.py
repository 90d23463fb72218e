"""Connections to one service over which many requests are under way at once, all from one thread.

A driver with threads of its own hands every small body from thread to thread, four times or more;
that alone costs more than reading, hashing and sending it. Here nobody waits for anybody: the thread
writes to every line that is free, and takes the answers as they come.

Only the simplest HTTP/1.1 is spoken: a request with its whole body, an answer whose body does not
matter. Whatever goes otherwise breaks the line, and who sent the request is told that nothing is known.
"""

from __future__ import annotations

import selectors
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Generic, TypeVar

from medialift.stores.s3.address import Address
from medialift.stores.s3.replies import Reply, framed

T = TypeVar("T")

WAITS = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
PIECE = 4096
LONGEST_ANSWER = 256 * 1024
"""Bytes: no answer to a PUT is longer, and an error that is longer may be asked for again by somebody else."""
SLOWEST_LINE = 64 * 1024
"""Bytes per second below which a line counts as broken."""
RESOLVED_FOR = 60.0
"""Seconds for which the addresses of a name are used: large services change them all the time."""
LOOK_EVERY = 1.0
"""Seconds between two looks for answers that are overdue."""
FRESH = 0.05
"""Seconds after a look at all lines in which a free one gets no look of its own."""


class _Line(Generic[T]):
    """One connection, with the request that is under way on it."""

    __slots__ = ("answer", "awaits", "connected", "deadline", "opened", "rest", "sock", "ticket")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.connected = False
        self.awaits = 0
        self.ticket: T | None = None
        self.opened = time.monotonic()
        self.deadline = 0.0
        self.rest: memoryview | None = None
        self.answer = b""


class Lines(Generic[T]):
    """As many connections to *address* as there are requests under way; to be used by one thread.

    ``alive`` turns false once nothing comes through any more, or no connection is ever kept: then
    another way is the better one.
    """

    FAILURES = 16
    """So many lines broken, or not kept, one after the other, and there is no use in more."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._selector = selectors.DefaultSelector()
        self._free: list[_Line[T]] = []
        self._busy: set[_Line[T]] = set()
        self._places: list[tuple[int, Any]] = []
        self._resolved = -RESOLVED_FOR
        self._turn = 0
        self._failures = 0
        self._looked = 0.0
        self._left = self._selected = 0.0
        self._broken: list[T] = []
        self._session: ssl.SSLSession | None = None

    @property
    def under_way(self) -> int:
        return len(self._busy) + len(self._broken)

    @property
    def alive(self) -> bool:
        return self._failures < self.FAILURES

    def send(self, ticket: T, message: bytes, *, timeout: float) -> None:
        """Begin one request; its reply comes out of :meth:`replies` with *ticket*, within *timeout* seconds."""
        line = self._quiet() or self._open(ticket)
        if line is None:
            return
        self._busy.add(line)
        line.ticket, line.rest, line.deadline = ticket, memoryview(message), time.monotonic() + timeout
        if line.connected:
            self._write(line)

    def replies(self, wait: float) -> Iterator[tuple[T, Reply | None]]:
        """What has come, after at most *wait* seconds; no reply for a request of which nobody knows what became."""
        now = time.monotonic()
        if now - self._left >= LOOK_EVERY:
            self._looked = now  # who was away so long has to listen first: what seems overdue may have come
        broken, self._broken = self._broken, []
        yield from ((ticket, None) for ticket in broken)
        ready = self._selector.select(0 if broken else wait)
        self._selected = time.monotonic()
        for key, events in ready:
            line: _Line[T] | None = key.data
            if line is None:
                continue
            if events & WRITE or not line.connected:
                self._write(line)
            if events & READ and line.connected:
                done = self._read(line)
                if done is not None:
                    yield done
        self._give_up_overdue()
        self._left = time.monotonic()

    def wake_by(self, file: int) -> None:
        """Let :meth:`replies` wait no longer once *file* (a descriptor) can be read; nothing is read of it."""
        self._selector.register(file, READ, None)

    def close(self) -> None:
        """Break every line."""
        for key in list(self._selector.get_map().values()):
            if key.data is not None:
                key.data.sock.close()
        self._selector.close()
        self._free.clear()
        self._busy.clear()

    # ── lines ────────────────────────────────────────────────────────────────────────────────

    def _quiet(self) -> _Line[T] | None:
        """A free line on which nothing has come: what has would be taken for the answer to the next request."""
        is_fresh = time.monotonic() - self._selected < FRESH
        while self._free:
            line = self._free.pop()
            if is_fresh or is_quiet(line.sock):
                return line
            self._break(line)
        return None

    def _open(self, ticket: T) -> _Line[T] | None:
        sock = None
        try:
            family, place = self._place()
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            with suppress(BlockingIOError):
                sock.connect(place)
            line: _Line[T] = _Line(sock)
            self._watch(line, WRITE)
        except OSError:
            if sock is not None:
                sock.close()
            self._failures += 1
            self._broken.append(ticket)
            return None
        return line

    def _place(self) -> tuple[int, Any]:
        """The next of the service's addresses. Raises ``OSError``."""
        now = time.monotonic()
        if now - self._resolved >= RESOLVED_FOR:
            found = socket.getaddrinfo(self._address.host, self._address.port, type=socket.SOCK_STREAM)
            family = self._answering_family() if len({place[0] for place in found}) > 1 else found[0][0]
            self._places = [(place[0], place[4]) for place in found if place[0] == family]
            self._resolved = now
        self._turn += 1
        return self._places[self._turn % len(self._places)]

    def _answering_family(self) -> int:
        """Version 4 or 6 of the protocol: the one in which the service can be reached from here."""
        where = (self._address.host, self._address.port)
        with socket.create_connection(where, timeout=self._address.connect_timeout) as sock:
            return sock.family

    def _watch(self, line: _Line[T], events: int) -> None:
        if line.awaits == events:
            return
        if line.awaits:
            self._selector.modify(line.sock, events, line)
        else:
            self._selector.register(line.sock, events, line)
        line.awaits = events

    def _break(self, line: _Line[T]) -> None:
        """Close *line*; what was under way on it has no reply."""
        if line in self._busy:
            self._busy.discard(line)
            if line.ticket is not None:
                self._broken.append(line.ticket)
                line.ticket = None
            self._failures += 1
        elif line in self._free:
            self._free.remove(line)
        with suppress(KeyError, ValueError):
            self._selector.unregister(line.sock)
        line.sock.close()

    def _give_up_overdue(self) -> None:
        now = time.monotonic()
        if now - self._looked >= LOOK_EVERY:
            self._looked = now
            too_old = now - self._address.connect_timeout
            late = [
                line for line in self._busy if line.deadline < now or (not line.connected and line.opened < too_old)
            ]
            for line in late:
                self._break(line)

    # ── bytes ────────────────────────────────────────────────────────────────────────────────

    def _write(self, line: _Line[T]) -> None:
        try:
            if not line.connected:
                self._connect(line)
            while line.rest:
                line.rest = line.rest[line.sock.send(line.rest) :]
            line.rest = None
            self._watch(line, READ)
        except ssl.SSLWantReadError:
            self._watch(line, READ)
        except WAITS:
            self._watch(line, READ | WRITE)
        except OSError:
            self._break(line)

    def _connect(self, line: _Line[T]) -> None:
        """Go on with connecting. Raises one of :data:`WAITS` if that takes longer, and ``OSError``."""
        context = self._address.context
        if context is not None and not isinstance(line.sock, ssl.SSLSocket):
            self._established(line.sock)
            self._selector.unregister(line.sock)
            line.awaits = 0
            line.sock = context.wrap_socket(
                line.sock, server_hostname=self._address.host, do_handshake_on_connect=False, session=self._session
            )
            self._watch(line, WRITE)
        if isinstance(line.sock, ssl.SSLSocket):
            line.sock.do_handshake()
        else:
            self._established(line.sock)
        line.connected = True

    @staticmethod
    def _established(sock: socket.socket) -> None:
        failure = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            raise OSError(failure, "the connection failed")

    def _read(self, line: _Line[T]) -> tuple[T, Reply | None] | None:
        try:
            while data := line.sock.recv(PIECE):
                line.answer += data
                found = framed(line.answer)
                if found is not None and line.ticket is not None and found[0].can_be_about(line.rest):
                    return self._replied(line, *found)
                if found is not None or line.ticket is None or len(line.answer) > LONGEST_ANSWER:
                    break
        except WAITS:
            if line.rest is not None:
                self._write(line)
            return None
        except OSError:
            pass
        self._break(line)
        return None

    def _replied(self, line: _Line[T], reply: Reply, is_kept: bool) -> tuple[T, Reply]:
        ticket, line.ticket, line.answer = line.ticket, None, b""
        assert ticket is not None
        if is_kept and line.rest is None:
            self._busy.discard(line)
            self._free.append(line)
            self._failures = 0
            if self._session is None and isinstance(line.sock, ssl.SSLSocket):
                self._session = line.sock.session
        else:
            self._break(line)
        return ticket, reply


def is_quiet(sock: socket.socket) -> bool:
    """Whether *sock*, which does not block, is open and has nothing to say."""
    try:
        sock.recv(1)
    except WAITS:
        return True
    except OSError:
        pass
    return False
