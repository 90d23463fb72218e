"""Files that go to a Cloudinary cloud itself: small ones as a form, large ones in chunks."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.core import signing
from django.test import Client

from medialift.storage import MediaStorage
from medialift.stores.uploading import UploadRequest
from medialift.testing.cloudinary import Account, CloudinaryServer
from medialift.uploads import FOLDER, sweep
from medialift.uploads.tickets import TICKET
from medialift.uploads.ways import way_for
from tests.desk.models import Submission
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.stores.s3.test_uploads import sent
from tests.uploads.conftest import (
    announced,
    any_file,
    asked,
    carried,
    hand_in,
    keys,
    looked_at,
    problem,
    signed_in,
    uploaded,
    using,
)
from tests.validators.samples import picture

pytestmark = pytest.mark.urls("tests.uploads.urlconf")

PICTURE = picture("PNG")
CHUNK = 8 * 1024 * 1024
FILM = bytes(20_000_000) + b"the end"


@pytest.fixture
def server() -> Iterator[CloudinaryServer]:
    largest = dict.fromkeys(("image", "video", "raw"), 2**30)
    with CloudinaryServer(Account(largest=largest, distinct_versions=True)) as server:
        yield server


def storage_of(url: str, server: CloudinaryServer, patch: pytest.MonkeyPatch) -> Any:
    account = server.account
    keys = {"access_key_id": account.key, "secret_access_key": account.secret}
    place = {"provider": "cloudinary", "bucket": account.cloud, "location": "site", "endpoint_url": url}
    return using(MediaStorage(**place, **keys), patch)


@pytest.fixture
def storage(server: CloudinaryServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    made = storage_of(server.url, server, monkeypatch)
    yield made
    made.store.close()


def chunked(upload: dict[str, Any], data: bytes) -> list[int]:
    """The statuses of the chunks, sent one after the other."""
    size, found = upload["chunk_size"], []
    for start in range(0, len(data), size):
        chunk = data[start : start + size]
        span = f"bytes {start}-{start + len(chunk) - 1}/{len(data)}"
        found.append(form(upload, chunk, {**upload["headers"], "Content-Range": span}))
    return found


def form(upload: dict[str, Any], data: bytes, headers: dict[str, str]) -> int:
    files = {"file": ("film.bin", data)}
    return httpx.post(upload["url"], data=upload["fields"], files=files, headers=headers, timeout=20).status_code


def test_a_picture_reaches_its_row_as_a_picture(storage: Any, server: CloudinaryServer, ann: Client) -> None:
    answer = announced(ann, "My Cat.PNG", len(PICTURE))
    told = answer.json()["upload"]
    assert (told["kind"], told["method"], told["url"].rpartition("/v1_1/")[2]) == (
        "single",
        "POST",
        f"{server.account.cloud}/image/upload",
    )
    assert carried(ann, answer.json(), PICTURE) == 200
    [arrived] = keys(storage)
    assert re.fullmatch(rf"{FOLDER}/[0-9a-f]{{32}}\.png", arrived), "the cloud tells a picture by its extension"
    receipt = looked_at(ann, answer.json()["ticket"]).json()["receipt"]
    row = Submission.objects.get(pk=hand_in(ann, receipt).content.decode())
    assert keys(storage) == [row.plain.name]
    assert [asset.resource_type for asset in server.account.assets.values()] == ["image"]
    assert row.plain.read() == PICTURE
    row.plain.close()


def test_a_large_file_goes_in_chunks(storage: Any, ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    any_file(monkeypatch)
    answer = announced(ann, "film.bin", len(FILM)).json()
    upload = answer["upload"]
    assert (upload["kind"], upload["chunk_size"]) == ("cloudinary", CHUNK)
    assert form(upload, FILM[:CHUNK], {**upload["headers"], "Content-Range": f"bytes 0-{CHUNK - 1}/{len(FILM)}"}) == 200
    assert problem(looked_at(ann, answer["ticket"])) == "not_there"
    again = asked(ann, answer["ticket"], again=True).json()["upload"]
    assert again["headers"] != upload["headers"], "it begins from the start"
    assert chunked(again, FILM) == [200, 200, 200]
    receipt = looked_at(ann, answer["ticket"]).json()["receipt"]
    row = Submission.objects.get(pk=hand_in(ann, receipt).content.decode())
    assert keys(storage) == [row.plain.name]
    assert row.plain.size == len(FILM)


def test_an_empty_file_goes_through_the_site(storage: Any) -> None:
    assert [way_for(storage.store, size).name for size in (0, 1, 20_000_000, 20_000_001)] == [
        "site",
        "single",
        "single",
        "cloudinary",
    ]


def test_what_is_no_picture_is_refused_by_the_cloud(storage: Any, ann: Client) -> None:
    answer = announced(ann, "cat.png", 7).json()
    assert carried(ann, answer, b"miau!!!") == 400
    assert problem(looked_at(ann, answer["ticket"])) == "not_there"
    assert keys(storage) == []


def test_another_size_than_was_announced_is_not_taken(storage: Any, ann: Client) -> None:
    """The signature says nothing of the size: the site looks."""
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    assert carried(ann, answer, PICTURE + b"more") == 200
    assert problem(looked_at(ann, answer["ticket"])) == "other_size"
    assert keys(storage) == []


def test_a_form_leads_to_no_other_key(storage: Any, ann: Client) -> None:
    told = announced(ann, "cat.png", len(PICTURE)).json()["upload"]
    request = UploadRequest(told["method"], told["url"], told["fields"], told["headers"])
    assert sent(request, PICTURE, public_id="site/plain/other.png") == 401
    assert keys(storage) == []


def test_what_was_looked_at_is_not_sent_over(storage: Any, ann: Client) -> None:
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    carried(ann, answer, PICTURE)
    receipt = looked_at(ann, answer["ticket"]).json()["receipt"]
    carried(ann, answer, picture("PNG", size=(9, 9)))
    row = Submission.objects.get(pk=hand_in(ann, receipt).content.decode())
    assert row.plain.read() == PICTURE
    row.plain.close()
    assert keys(storage) == [row.plain.name]


def test_a_file_that_was_replaced_by_somebody_with_the_key_is_not_taken(storage: Any, ann: Client) -> None:
    receipt = uploaded(ann, "cat.png", PICTURE).json()["receipt"]
    [key] = keys(storage)
    storage.store.put(key, PICTURE + b"x")
    with pytest.raises(Exception, match="changed"):
        hand_in(ann, receipt)
    assert keys(storage) == []


def test_a_cancelled_upload_leaves_nothing(storage: Any, ann: Client) -> None:
    answer = announced(ann, "cat.png", len(PICTURE)).json()
    carried(ann, answer, PICTURE)
    assert ann.delete("/plain/", headers={"X-Upload-Ticket": answer["ticket"]}).status_code == 204
    assert keys(storage) == []


def test_what_nobody_took_is_swept(storage: Any, server: CloudinaryServer, ann: Client) -> None:
    carried(ann, announced(ann, "cat.png", len(PICTURE)).json(), PICTURE)
    [(place, asset)] = server.account.assets.items()
    assert list(sweep(storage.store)) == []
    assert len(keys(storage)) == 1, "it may still be taken"
    server.account.assets[place] = dataclasses.replace(asset, version=asset.version - 3 * 24 * 3600)
    assert list(sweep(storage.store)) == []
    assert keys(storage) == []


@pytest.mark.usefixtures("storage")
def test_a_ticket_is_for_one_field_and_one_visitor(ann: Client) -> None:
    ticket = announced(ann, "cat.png", len(PICTURE)).json()["ticket"]
    assert signing.loads(ticket, salt=TICKET)["way"] == "single"
    assert problem(asked(signed_in("bob"), ticket, again=True)) == "invalid"
    assert problem(asked(ann, ticket, "photo", again=True)) == "invalid"
    assert problem(asked(ann, ticket, parts=[1])) == "bad_request"


def test_what_it_costs(server: CloudinaryServer, ann: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to announce, and seven to take it: three of them look whether the name is free, or what was there."""
    with FaultProxy(S3Server("cloudinary", server.url, "", "")) as proxy:
        storage = storage_of(proxy.server.endpoint_url, server, monkeypatch)
        answer = announced(ann, "cat.png", len(PICTURE)).json()
        assert len(proxy.requests) == 0
        assert carried(ann, answer, PICTURE) == 200
        receipt = looked_at(ann, answer["ticket"]).json()["receipt"]
        before = len(proxy.requests)
        hand_in(ann, receipt)
        assert len(proxy.requests) - before == 7
        storage.store.close()
