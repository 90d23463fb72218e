"""A large file in parts: its whole way on real servers, and every way that must not lead anywhere."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import urllib.parse
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from medialift.storage import MediaStorage
from medialift.stores.uploading import UploadRequest
from medialift.uploads.tickets import TICKET
from tests.desk.models import Submission
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.stores.s3.known import SMALLEST_PART
from tests.stores.s3.test_uploads import sent
from tests.uploads.conftest import (
    announced,
    any_file,
    asked,
    hand_in,
    keys,
    looked_at,
    on_server,
    problem,
    signed_in,
    using,
)

pytestmark = pytest.mark.urls("tests.uploads.urlconf")

FILM = os.urandom(2 * SMALLEST_PART + 7)


@pytest.fixture(params=["ceph", "moto", "rclone"])
def server(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


@pytest.fixture
def storage(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = in_parts(server, monkeypatch)
    yield made
    made.store.close()


def in_parts(server: S3Server, patch: pytest.MonkeyPatch) -> Any:
    """A storage that takes files of more than 5 MiB in parts of 5, and a field that takes any file."""
    storage = using(MediaStorage(**on_server(server, "s3-compatible")), patch)
    small = {"part_size": SMALLEST_PART, "multipart_threshold": SMALLEST_PART}
    storage.store.traits = dataclasses.replace(storage.store.traits, **small)
    any_file(patch)
    return storage


def begun(client: Client, size: int = len(FILM)) -> Any:
    answer = announced(client, "film.bin", size)
    assert answer.status_code == 201
    told = answer.json()
    assert told["upload"] == {"kind": "parts", "part_size": SMALLEST_PART, "count": 3}
    return told["ticket"]


def bytes_of(number: int) -> bytes:
    return FILM[(number - 1) * SMALLEST_PART : number * SMALLEST_PART]


def send(client: Client, ticket: str, *numbers: int) -> None:
    answer = asked(client, ticket, parts=list(numbers))
    assert answer.status_code == 200
    for told in answer.json()["parts"]:
        assert sent(request_of(told), bytes_of(told["number"])) == 200


def request_of(told: dict[str, Any]) -> UploadRequest:
    return UploadRequest(told["method"], told["url"], headers=told["headers"])


def arrived(client: Client, ticket: str) -> Any:
    return asked(client, ticket, arrived=True).json()["arrived"]


@pytest.mark.usefixtures("storage")
def test_a_large_file_reaches_its_row(storage: Any, ann: Client) -> None:
    ticket = begun(ann)
    send(ann, ticket, 3, 1)
    assert arrived(ann, ticket) == [1, 3]
    assert problem(looked_at(ann, ticket)) == "incomplete"
    assert asked(ann, ticket, again=True).json() == {
        "upload": {"kind": "parts", "part_size": SMALLEST_PART, "count": 3}
    }
    send(ann, ticket, 2)
    first, again = looked_at(ann, ticket), looked_at(ann, ticket)
    assert (first.status_code, again.status_code) == (200, 200), "an answer may be lost"
    assert (again.json()["size"], again.json()["name"]) == (len(FILM), "film.bin")
    assert arrived(ann, ticket) == [1, 2, 3]
    row = Submission.objects.get(pk=hand_in(ann, again.json()["receipt"]).content.decode())
    with row.plain.open() as file:
        assert file.read() == FILM
    assert keys(storage) == [row.plain.name]


def test_a_cancelled_upload_leaves_nothing(storage: Any, server: S3Server, ann: Client) -> None:
    ticket = begun(ann)
    send(ann, ticket, 3)
    for _ in range(2):
        assert ann.delete("/plain/", headers={"X-Upload-Ticket": ticket}).status_code == 204
    assert list(storage.store.unfinished_uploads()) == []
    assert problem(looked_at(ann, ticket)) == "not_there"
    assert keys(storage) == []


def test_a_request_is_worth_nothing_after_the_end(storage: Any, ann: Client) -> None:
    ticket = begun(ann)
    send(ann, ticket, 1, 2, 3)
    kept = request_of(asked(ann, ticket, parts=[3]).json()["parts"][0])
    receipt = looked_at(ann, ticket).json()["receipt"]
    assert sent(kept, b"another") >= 400
    row = Submission.objects.get(pk=hand_in(ann, receipt).content.decode())
    assert sent(kept, b"another") >= 400
    assert keys(storage) == [row.plain.name]


def test_a_file_with_a_part_of_another_size_is_not_taken(storage: Any, server: S3Server, ann: Client) -> None:
    """What a service takes that enforces no signature, or what somebody with its keys puts there."""
    ticket = begun(ann)
    send(ann, ticket, 1, 2)
    held = signing.loads(ticket, salt=TICKET)
    server.client().upload_part(
        Bucket=storage.store.place.bucket,
        Key=storage.store.place.full_key(held["key"]),
        UploadId=held["upload_id"],
        PartNumber=3,
        Body=b"eight!!!",
    )
    assert arrived(ann, ticket) == [1, 2]
    assert problem(looked_at(ann, ticket)) == "other_size"
    assert keys(storage) == []
    assert list(storage.store.unfinished_uploads()) == []


def test_a_part_beyond_the_last_is_not_taken(storage: Any, server: S3Server, ann: Client) -> None:
    ticket = begun(ann)
    send(ann, ticket, 1, 2, 3)
    held = signing.loads(ticket, salt=TICKET)
    place = storage.store.place
    server.client().upload_part(
        Bucket=place.bucket, Key=place.full_key(held["key"]), UploadId=held["upload_id"], PartNumber=4, Body=b"more"
    )
    assert arrived(ann, ticket) == [1, 2, 3]
    assert problem(looked_at(ann, ticket)) == "other_size"
    assert keys(storage) == []
    assert list(storage.store.unfinished_uploads()) == []


def test_a_file_that_is_not_accepted_is_removed(storage: Any, ann: Client) -> None:
    page = b"<html><script>alert(1)</script>" + FILM[31:]
    ticket = begun(ann)
    for told in asked(ann, ticket, parts=[1, 2, 3]).json()["parts"]:
        start = (told["number"] - 1) * SMALLEST_PART
        assert sent(request_of(told), page[start : start + SMALLEST_PART]) == 200
    problem(looked_at(ann, ticket))
    assert keys(storage) == []


def test_a_large_file_is_held_against_its_digest(storage: Any, ann: Client) -> None:
    answer = announced(ann, "film.bin", len(FILM), sha256=hashlib.sha256(FILM[:-1] + b"x").hexdigest())
    ticket = answer.json()["ticket"]
    send(ann, ticket, 1, 2, 3)
    assert problem(looked_at(ann, ticket)) == "other_bytes"
    assert keys(storage) == []


@pytest.mark.usefixtures("storage")
def test_a_digest_of_a_giant_is_not_read(ann: Client) -> None:
    assert problem(announced(ann, "film.bin", 64 * 1024**2 + 1, sha256="f" * 64)) == "bad_request"


# ── what is asked ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def on_moto(moto: S3Server, monkeypatch: pytest.MonkeyPatch) -> Any:
    made = in_parts(moto, monkeypatch)
    yield made
    made.store.close()


@pytest.mark.usefixtures("on_moto")
@pytest.mark.parametrize(
    "question",
    [
        {"parts": [0]},
        {"parts": [4]},
        {"parts": [-1]},
        {"parts": [True]},
        {"parts": ["1"]},
        {"parts": [1.0]},
        {"parts": []},
        {"parts": [1] * 101},
        {"parts": 1},
        {"parts": {"1": 1}},
        {"parts": [1], "arrived": True},
        {"arrived": False},
        {"again": 1, "more": 2},
        {"key": "plain/other"},
    ],
)
def test_a_bad_question_gets_a_clear_answer(ann: Client, question: dict[str, Any]) -> None:
    assert problem(asked(ann, begun(ann), **question)) == "bad_request"


def change(**fields: Any) -> Callable[[str, str], str]:
    def changed(ticket: str, other: str) -> str:
        """*ticket* with other fields and its old signature."""
        held = {**signing.loads(ticket, salt=TICKET), **fields}
        body = signing.dumps(held, salt=TICKET, key="guess", compress=True).partition(":")[0]
        return ":".join([body, *ticket.split(":")[1:]])

    return changed


def with_the_others_upload(ticket: str, other: str) -> str:
    return change(upload_id=signing.loads(other, salt=TICKET)["upload_id"])(ticket, other)


@pytest.mark.usefixtures("on_moto")
@pytest.mark.parametrize(
    "forge",
    [change(key="plain/a"), change(part_size=1), change(size=10**12), change(way="single"), with_the_others_upload],
)
def test_a_forged_ticket_opens_nothing(ann: Client, forge: Callable[[str, str], str]) -> None:
    ticket, other = begun(ann), begun(signed_in("bob"))
    for question in ({"parts": [1]}, {"arrived": True}, {"again": True}, {}):
        assert problem(asked(ann, forge(ticket, other), **question)) == "invalid"
    assert problem(ann.delete("/plain/", headers={"X-Upload-Ticket": forge(ticket, other)})) == "invalid"


@pytest.mark.usefixtures("on_moto")
def test_a_ticket_is_for_one_field_and_one_visitor(ann: Client) -> None:
    ticket = begun(ann)
    for question in ({"parts": [1]}, {"arrived": True}, {"again": True}, {}):
        assert problem(asked(signed_in("bob"), ticket, **question)) == "invalid"
        assert problem(asked(ann, ticket, "photo", **question)) == "invalid"
        assert problem(asked(Client(), ticket, **question)) == "not_allowed"
    assert ann.put("/plain/", b"x", headers={"X-Upload-Ticket": ticket}).status_code == 400


@pytest.mark.usefixtures("on_moto")
def test_every_request_is_for_the_servers_own_key(ann: Client, on_moto: Any) -> None:
    ticket = begun(ann)
    key = on_moto.store.place.full_key(signing.loads(ticket, salt=TICKET)["key"])
    for told in asked(ann, ticket, parts=[1, 2, 3]).json()["parts"]:
        url = urllib.parse.urlsplit(told["url"])
        assert url.path == f"/{on_moto.store.place.bucket}/{key}"
        assert urllib.parse.parse_qs(url.query)["X-Amz-SignedHeaders"] == ["content-length;host"]


@pytest.mark.usefixtures("on_moto")
def test_a_small_file_needs_no_parts(ann: Client) -> None:
    assert announced(ann, "film.bin", SMALLEST_PART).json()["upload"]["kind"] == "single"


def test_how_many_requests_parts_cost(moto: S3Server, ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """One to announce, none for addresses, one to ask; two and the look to finish; two to cancel."""
    with FaultProxy(moto) as proxy:
        storage = in_parts(proxy.server, monkeypatch)
        storage.exists("warm")
        counts: list[int] = []
        before = len(proxy.requests)

        def count() -> None:
            counts.append(len(proxy.requests) - before - sum(counts))

        ticket = begun(ann)
        count()
        asked(ann, ticket, parts=[1, 2, 3])
        count()
        arrived(ann, ticket)
        count()
        send(ann, ticket, 1, 2, 3)
        count()
        assert looked_at(ann, ticket).status_code == 200
        count()
        ann.delete("/plain/", headers={"X-Upload-Ticket": begun(ann)})
        count()
        assert counts == [1, 0, 1, 3, 2 + proxy.count("GetObject"), 3]
        assert (proxy.count("ListParts"), proxy.count("CompleteMultipartUpload")) == (2, 1)
        storage.store.close()
