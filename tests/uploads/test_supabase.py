"""Files that go to a Supabase project itself: small ones whole, large ones by tus."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.core import signing
from django.test import Client

from medialift.storage import MediaStorage
from medialift.testing.supabase import SupabaseServer
from medialift.uploads.tickets import TICKET
from tests.desk.models import Submission
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.uploads.conftest import announced, any_file, asked, hand_in, keys, looked_at, problem, signed_in, using

pytestmark = pytest.mark.urls("tests.uploads.urlconf")

CHUNK = 6_291_456
FILM = os.urandom(CHUNK + 7)


@pytest.fixture
def server() -> Iterator[SupabaseServer]:
    with SupabaseServer() as server:
        server.project.make_bucket("media")
        yield server


def storage_of(url: str, server: SupabaseServer, patch: pytest.MonkeyPatch) -> Any:
    any_file(patch)
    key = server.project.service_key
    options = {"provider": "supabase", "bucket": "media", "location": "site", "endpoint_url": url}
    return using(MediaStorage(**options, service_key=key), patch)


@pytest.fixture
def storage(server: SupabaseServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    made = storage_of(server.url, server, monkeypatch)
    yield made
    made.store.close()


def begun(client: Client, size: int = len(FILM)) -> tuple[str, dict[str, Any]]:
    answer = announced(client, "film.bin", size)
    assert answer.status_code == 201
    upload = answer.json()["upload"]
    assert (upload["kind"], upload["chunk_size"]) == ("tus", CHUNK)
    return answer.json()["ticket"], upload


def patched(upload: dict[str, Any], offset: int, data: bytes) -> int:
    headers = {**upload["headers"], "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return httpx.patch(upload["url"], content=data, headers=headers).status_code


def offset_of(upload: dict[str, Any]) -> int:
    return int(httpx.head(upload["url"], headers=upload["headers"]).headers["upload-offset"])


def test_a_large_file_goes_on_after_a_reload(storage: Any, ann: Client) -> None:
    ticket, upload = begun(ann)
    assert patched(upload, 0, FILM[:CHUNK]) == 204
    assert problem(looked_at(ann, ticket)) == "incomplete"
    again = asked(ann, ticket, again=True).json()["upload"]
    assert (again["kind"], again["url"], offset_of(again)) == ("tus", upload["url"], CHUNK)
    assert patched(again, CHUNK, FILM[CHUNK:]) == 204
    first, second = looked_at(ann, ticket), looked_at(ann, ticket)
    assert (first.status_code, second.status_code) == (200, 200)
    assert problem(asked(ann, ticket, again=True)) == "arrived"
    row = Submission.objects.get(pk=hand_in(ann, second.json()["receipt"]).content.decode())
    with row.plain.open() as file:
        assert file.read() == FILM
    assert keys(storage) == [row.plain.name]


def test_a_cancelled_upload_leaves_nothing(storage: Any, server: SupabaseServer, ann: Client) -> None:
    ticket, upload = begun(ann)
    assert patched(upload, 0, FILM[:100]) == 204
    for _ in range(2):
        assert ann.delete("/plain/", headers={"X-Upload-Ticket": ticket}).status_code == 204
    assert server.project.uploads == {}
    assert patched(upload, 100, FILM[100:200]) == 404
    assert problem(looked_at(ann, ticket)) == "not_there"
    assert keys(storage) == []


def test_more_bytes_than_were_announced_are_refused(storage: Any, ann: Client) -> None:
    _ticket, upload = begun(ann)
    assert patched(upload, 0, FILM + b"more") == 413
    assert keys(storage) == []


def test_what_was_looked_at_is_not_sent_over(storage: Any, ann: Client) -> None:
    ticket, upload = begun(ann)
    assert patched(upload, 0, FILM) == 204
    receipt = looked_at(ann, ticket).json()["receipt"]
    token = upload["headers"]["x-signature"]
    key = storage.store.place.full_key(signing.loads(ticket, salt=TICKET)["key"])
    url = f"{storage.store.place.base}/object/upload/sign/media/{key}?token={token}"
    assert patched(upload, 0, FILM) == 409
    assert httpx.put(url, content=b"another").status_code == 400
    hand_in(ann, receipt)
    [row] = Submission.objects.all()
    assert keys(storage) == [row.plain.name]


def test_what_the_token_lets_through_is_not_taken(storage: Any, ann: Client) -> None:
    """A token says nothing of the size: the site looks."""
    ticket, upload = begun(ann)
    token = upload["headers"]["x-signature"]
    key = storage.store.place.full_key(signing.loads(ticket, salt=TICKET)["key"])
    url = f"{storage.store.place.base}/object/upload/sign/media/{key}?token={token}"
    assert httpx.put(url, content=b"<html>").status_code == 200
    problem(looked_at(ann, ticket))
    receipt = looked_at(ann, ticket)
    assert receipt.status_code == 400
    assert httpx.put(url.replace(key, "site/plain/other.png"), content=b"x").status_code == 400


@pytest.mark.usefixtures("storage")
def test_a_ticket_is_for_one_field_and_one_visitor(ann: Client) -> None:
    ticket, _upload = begun(ann)
    assert problem(asked(signed_in("bob"), ticket, again=True)) == "invalid"
    assert problem(asked(ann, ticket, "photo", again=True)) == "invalid"
    assert problem(looked_at(signed_in("bob"), ticket)) == "invalid"
    assert problem(asked(ann, ticket, parts=[1])) == "bad_request"
    assert problem(asked(ann, ticket, arrived=True)) == "bad_request"


def test_what_it_costs(server: SupabaseServer, ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """To announce one request for a small file and two for a large one; one and the look; five to take it."""
    with FaultProxy(S3Server("supabase", server.url, "", "")) as proxy:
        storage = storage_of(proxy.server.endpoint_url, server, monkeypatch)
        counts: list[int] = []

        def count() -> None:
            counts.append(len(proxy.requests) - sum(counts))

        announced(ann, "film.bin", 7)
        count()
        ticket, upload = begun(ann)
        count()
        assert patched(upload, 0, FILM) == 204
        count()
        receipt = looked_at(ann, ticket).json()["receipt"]
        looks = sum(1 for one in proxy.requests if one.method == "GET")
        count()
        hand_in(ann, receipt)
        count()
        assert counts == [1, 2, 1, 1 + looks, 5]
        storage.store.close()
