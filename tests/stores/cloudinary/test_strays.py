"""What was refused as an image has another address than its name says; the store knows which, and asks seldom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.cloudinary.strays import LASTING, Strays
from medialift.stores.spec import Delivery
from medialift.testing.cloudinary import CloudinaryServer
from tests.stores.cloudinary.conftest import JPEG, MP4, account, opened, spec_of

BROKEN = b"no image"
HOUR = timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[CloudinaryServer]:
    with CloudinaryServer(account(distinct_versions=True)) as server:
        yield server


def other(server: CloudinaryServer, prefix: str = "media", type: str = "upload") -> CloudinaryStore:
    """The store as another process opens it."""
    return opened(spec_of(server, prefix, delivery=Delivery(type)))


def admin_calls(server: CloudinaryServer) -> int:
    return sum(server.account.admin_calls.values())


@pytest.mark.parametrize("type", ["upload", "private", "authenticated"])
@pytest.mark.parametrize(("key", "body"), [("a/cat.jpg", BROKEN), ("a/film.mp4", b"no film"), ("a/empty.png", b"")])
def test_every_process_gives_the_address_where_it_lies(
    server: CloudinaryServer, type: str, key: str, body: bytes
) -> None:
    own = other(server, type=type)
    own.put(key, body)
    for store in (own, other(server, type=type)):
        for url in (store.public_url(key), store.signed_url(key, expires=HOUR)):
            answer = httpx.get(url)
            assert (answer.status_code, "/raw/" in url) == (200, True), url
            assert answer.content == body or not body


@pytest.mark.parametrize(("key", "body"), [("cat.jpg", JPEG), ("film.mp4", MP4)])
def test_a_good_one_stays_where_its_name_says_also_where_it_follows_a_broken_one(
    server: CloudinaryServer, key: str, body: bytes
) -> None:
    other(server).put(key, BROKEN)
    writer, reader = other(server), other(server)
    writer.put(key, body)
    for store in (writer, reader):
        assert httpx.get(store.public_url(key)).content == body
    assert {place[0] for place in server.account.assets} == {"image" if key == "cat.jpg" else "video"}


def test_other_places_of_the_cloud_do_not_count(server: CloudinaryServer) -> None:
    other(server, "elsewhere").put("cat.jpg", BROKEN)
    other(server, type="private").put("cat.jpg", BROKEN)
    store = other(server)
    store.put("cat.jpg", JPEG)
    assert httpx.get(store.public_url("cat.jpg")).content == JPEG


def test_nothing_can_be_made_of_one_and_that_is_told(server: CloudinaryServer) -> None:
    store = other(server)
    store.put("cat.jpg", BROKEN)
    with pytest.raises(ValueError, match="kept as a file"):
        store.image_url("cat.jpg", width=10)


def test_a_page_full_of_pictures_asks_once_and_one_of_documents_never(server: CloudinaryServer) -> None:
    store = other(server)
    for number in range(50):
        store.public_url(f"docs/{number}.txt")
    assert admin_calls(server) == 0
    for number in range(50):
        store.public_url(f"photos/{number}.jpg")
    assert admin_calls(server) == 1


def test_what_others_stored_is_learned_in_time(server: CloudinaryServer) -> None:
    now = 0.0
    strays = Strays(other(server).requests, clock=lambda: now)
    assert "cat.jpg" not in strays
    other(server).put("cat.jpg", BROKEN)
    assert "cat.jpg" not in strays
    now = LASTING
    assert "cat.jpg" in strays


def test_many_of_them_come_by_pages(server: CloudinaryServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("medialift.stores.cloudinary.strays.PAGE", 2)
    store = other(server)
    for number in range(5):
        store.put(f"{number}.jpg", BROKEN)
    strays = Strays(store.requests)
    assert [f"{number}.jpg" in strays for number in range(6)] == [True] * 5 + [False]


def test_a_service_that_does_not_answer_makes_no_page_fail(server: CloudinaryServer) -> None:
    server.account.admin_limit = 0
    store = other(server)
    store.put("cat.jpg", BROKEN)
    assert "/raw/" in store.public_url("cat.jpg"), "what this process stored, it knows"
    assert "/image/" in other(server).public_url("cat.jpg")
    calls = admin_calls(server)
    other_one = other(server)
    for _ in range(10):
        other_one.public_url("cat.jpg")
    assert admin_calls(server) == calls + 1, "and it is not asked again at once"
