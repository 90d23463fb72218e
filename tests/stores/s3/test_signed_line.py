from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPException

import pytest

from medialift.stores.s3.address import Address
from medialift.stores.s3.signed_line import Answer, SignedLine
from medialift.stores.sigv4 import SigningKey
from medialift.testing.contract.processes import exit_code_in_child
from tests.servers.bare import Behave, Server, always, answering

NOTHING = hashlib.sha256().hexdigest()
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"

Serve = Callable[[Behave], tuple[Server, SignedLine]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    made: list[tuple[Server, SignedLine]] = []

    def serve(behave: Behave) -> tuple[Server, SignedLine]:
        server = Server(behave)
        address = Address("127.0.0.1", server.port, None, 5)
        made.append((server, SignedLine(address, "bucket.example", lambda: SigningKey("id", "secret", "here"))))
        return made[-1]

    yield serve
    for server, line in made:
        line.close()
        server.close()


def asked(line: SignedLine) -> Answer:
    return line.ask("GET", "/some%20path", "a=1", sha256=NOTHING, patience=10)


def test_one_connection_serves_one_request_after_the_other(serve: Serve) -> None:
    server, line = serve(always(OK))
    for _ in range(3):
        assert asked(line)[::2] == (200, b"ok")
    assert server.connections == 1


def test_the_request_names_the_host_once_and_is_signed(serve: Serve) -> None:
    seen: list[bytes] = []

    def behave(connection: socket.socket, number: int) -> None:
        seen.append(connection.recv(65536))
        connection.sendall(OK)

    _, line = serve(behave)
    asked(line)
    first, *headers = seen[0].decode().split("\r\n")
    assert first == "GET /some%20path?a=1 HTTP/1.1"
    assert [header for header in headers if header.lower().startswith("host:")] == ["host: bucket.example"]
    assert any(header.startswith("authorization: AWS4-HMAC-SHA256 Credential=id/") for header in headers)


def test_a_connection_that_the_service_has_closed_is_made_anew(serve: Serve) -> None:
    server, line = serve(answering(OK))
    for _ in range(3):
        assert asked(line).body == b"ok"
        server.wait_until_done()
    assert server.connections == 3


def test_a_word_that_nobody_asked_for_is_not_taken_for_an_answer(serve: Serve) -> None:
    is_read, is_said = threading.Event(), threading.Event()

    def behave(connection: socket.socket, number: int) -> None:
        while connection.recv(65536):
            connection.sendall(OK)
            is_read.wait(10)
            connection.sendall(LATE)
            is_said.set()

    server, line = serve(behave)
    assert asked(line).status == 200
    is_read.set()
    is_said.wait(10)
    assert asked(line).status == 200
    assert server.connections == 2


def test_an_answer_that_ends_early_is_none(serve: Serve) -> None:
    _, line = serve(answering(OK[:-1]))
    with pytest.raises(HTTPException):
        asked(line)


def test_a_child_has_a_connection_of_its_own(serve: Serve) -> None:
    server, line = serve(always(OK))
    asked(line)
    assert exit_code_in_child(lambda: asked(line).body == b"ok", 20) == 0
    assert asked(line).body == b"ok"
    assert server.connections == 2
