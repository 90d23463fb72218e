from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise

import pytest

from medialift.stores.s3.address import Address, Trust
from medialift.stores.s3.lines import Lines
from medialift.stores.s3.replies import Reply, framed
from tests.servers.bare import Behave, Server, always, answering
from tests.servers.tls import Certificate

OK = b'HTTP/1.1 200 OK\r\nETag: "abc"\r\nContent-Length: 0\r\n\r\n'
REQUEST = b"PUT / HTTP/1.1\r\ncontent-length: 1\r\n\r\nx"


@pytest.fixture
def serve() -> Iterator[Callable[[Behave], tuple[Server, Lines[int]]]]:
    made: list[tuple[Server, Lines[int]]] = []

    def serve(behave: Behave) -> tuple[Server, Lines[int]]:
        server = Server(behave)
        lines: Lines[int] = Lines(Address("127.0.0.1", server.port, None, 5))
        made.append((server, lines))
        return server, lines

    yield serve
    for server, lines in made:
        lines.close()
        server.close()


Serve = Callable[[Behave], tuple[Server, Lines[int]]]


def asked(lines: Lines[int], *tickets: int, timeout: float = 10) -> dict[int, Reply | None]:
    for ticket in tickets:
        lines.send(ticket, REQUEST, timeout=timeout)
    found: dict[int, Reply | None] = {}
    patience = time.monotonic() + 20
    while lines.under_way:
        assert time.monotonic() < patience
        found.update(lines.replies(0.5))
    return found


def test_one_connection_serves_one_request_after_the_other(serve: Serve) -> None:
    server, lines = serve(always(OK))

    for ticket in range(5):
        assert asked(lines, ticket) == {ticket: Reply(200, {"etag": '"abc"', "content-length": "0"})}
    assert server.connections == 1
    assert lines.alive


def test_requests_under_way_have_a_connection_each(serve: Serve) -> None:
    server, lines = serve(always(OK))

    found = asked(lines, *range(20))

    assert {ticket for ticket, reply in found.items() if reply and reply.status == 200} == set(range(20))
    assert server.connections == 20


def test_an_answer_may_come_byte_by_byte(serve: Serve) -> None:
    def slowly(connection: socket.socket, number: int) -> None:
        while connection.recv(65536):
            for byte in b"HTTP/1.1 100 Continue\r\n\r\n" + OK:
                connection.sendall(bytes([byte]))

    _, lines = serve(slowly)

    assert asked(lines, 1)[1] == Reply(200, {"etag": '"abc"', "content-length": "0"})


def test_a_large_request_goes_out_as_the_server_takes_it(serve: Serve) -> None:
    size = 20_000_000

    def reading_slowly(connection: socket.socket, number: int) -> None:
        left = size
        time.sleep(0.1)
        while left and (data := connection.recv(1_000_000)):
            left -= len(data)
        connection.sendall(OK)
        connection.recv(1)

    _, lines = serve(reading_slowly)
    lines.send(1, b"x" * size, timeout=20)

    found: dict[int, Reply | None] = {}
    while lines.under_way:
        found.update(lines.replies(0.5))
    assert found[1] is not None


def test_a_body_is_passed_over_and_the_connection_kept(serve: Serve) -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 5\r\n\r\n<E/>\n"
    server, lines = serve(answering(refusal, OK))

    assert [reply and reply.status for ticket in (1, 2) for reply in asked(lines, ticket).values()] == [403, 200]
    assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        OK + b"more than was asked for",
    ],
)
def test_a_connection_of_which_nobody_knows_where_its_answer_ends_is_left(serve: Serve, answer: bytes) -> None:
    server, lines = serve(always(answer))

    for ticket in range(Lines.FAILURES):
        assert lines.alive
        reply = asked(lines, ticket)[ticket]
        assert reply is not None
        assert reply.status == 200

    assert server.connections == Lines.FAILURES
    assert not lines.alive  # a connection for every object is what makes others slow


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nETa",
        b"what?\r\n\r\n",
        b"HTTP/1.1 200\r\n" + b"x" * 300_000,
        b"HTTP/1.1 2\xb20 OK\r\n\r\n",
        b"HTTP/1.1 100 \r\n\r\n" * 10_000,
    ],
    ids=["none", "cut off", "no HTTP", "without end", "no number", "go on and on"],
)
def test_an_answer_that_is_none_is_not_known(serve: Serve, answer: bytes) -> None:
    _, lines = serve(answering(answer))

    assert asked(lines, 1) == {1: None}


def test_no_answer_is_not_waited_for_longer_than_told(serve: Serve) -> None:
    _, lines = serve(lambda connection, number: time.sleep(20))
    began = time.monotonic()

    assert asked(lines, 1, timeout=0.3) == {1: None}
    assert time.monotonic() - began < 5


def test_who_was_away_for_longer_than_connecting_may_take_still_connects(certificate: Certificate) -> None:
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(certificate.cert_file, certificate.key_file)

    def behave(connection: socket.socket, number: int) -> None:
        with secure.wrap_socket(connection, server_side=True) as wrapped:
            while wrapped.recv(65536):
                wrapped.sendall(OK)

    trusting = Trust(str(certificate.ca_file))
    with (
        closing(Server(behave)) as server,
        closing(Lines[int](Address("127.0.0.1", server.port, trusting, 1))) as lines,
    ):
        for ticket in range(Lines.FAILURES):
            lines.send(ticket, REQUEST, timeout=10)
        time.sleep(1.2)

        assert None not in asked(lines).values()
        assert lines.alive


def test_a_connection_that_the_server_has_closed_meanwhile_is_not_used_again(serve: Serve) -> None:
    server, lines = serve(answering(OK))
    asked(lines, 1)
    time.sleep(0.2)

    list(lines.replies(0))

    assert asked(lines, 2)[2] is not None
    assert server.connections == 2


def test_an_answer_that_ends_its_connection_unsaid_costs_one_request(serve: Serve) -> None:
    def once(connection: socket.socket, number: int) -> None:
        connection.recv(65536)
        connection.sendall(OK)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(65536)

    _, lines = serve(once)

    found = [asked(lines, number)[number] for number in range(20)]

    assert found[0] is not None
    assert None not in [first or second for first, second in pairwise(found)]
    assert lines.alive


def test_what_comes_between_two_requests_is_no_answer_to_the_second(serve: Serve) -> None:
    def twice(connection: socket.socket, number: int) -> None:
        connection.recv(65536)
        connection.sendall(OK)
        if number == 1:
            time.sleep(0.1)
            connection.sendall(OK.replace(b"abc", b"stray"))
        connection.recv(65536)

    server, lines = serve(twice)
    asked(lines, 1)
    time.sleep(0.3)

    reply = asked(lines, 2)[2]

    assert reply is not None
    assert reply.headers["etag"] == '"abc"'
    assert server.connections == 2


@pytest.mark.parametrize(("status", "is_known"), [(b"200 OK", False), (b"412 Precondition Failed", True)])
def test_what_has_not_been_sent_yet_can_be_refused_and_not_be_stored(
    serve: Serve, status: bytes, is_known: bool
) -> None:
    def early(connection: socket.socket, number: int) -> None:
        connection.recv(10)
        connection.sendall(OK.replace(b"200 OK", status))
        time.sleep(0.5)

    _, lines = serve(early)
    lines.send(1, b"x" * 20_000_000, timeout=10)

    found: dict[int, Reply | None] = {}
    while lines.under_way:
        found.update(lines.replies(0.5))
    assert (found[1] is not None) is is_known


def test_where_nobody_listens_nothing_is_known() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    lines: Lines[int] = Lines(Address("127.0.0.1", port, None, 5))

    for ticket in range(Lines.FAILURES):
        assert asked(lines, ticket) == {ticket: None}

    assert not lines.alive


def test_an_answer_is_whole_only_with_its_body() -> None:
    assert framed(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab") is None
    assert framed(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc") == (Reply(200, {"content-length": "3"}), True)
    assert framed(b"HTTP/1.1 204 No Content\r\n\r\n") == (Reply(204, {}), True)


@pytest.mark.parametrize("length", [b"\xb2", b"9" * 5000, b"-1", b"1, 1"])
def test_a_length_that_is_none_ends_the_connection(length: bytes) -> None:
    found = framed(b"HTTP/1.1 200 OK\r\ncontent-length: " + length + b"\r\n\r\n")

    assert found is not None
    assert found[1] is False
