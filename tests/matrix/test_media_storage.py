"""What a site does with its storage all day, on every kind of place."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile

from medialift.providers import load_provider
from medialift.storage import MediaStorage
from tests.matrix.services import SERVICES, storage

NAMES = ("été 日本 (1)~?.jpg", "cafe\u0301.txt", "caf\u00e9.txt", "a%41#[x].txt", "plain.txt")


@pytest.fixture(params=SERVICES)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def media(name: str, request: pytest.FixtureRequest) -> Iterator[MediaStorage]:
    with storage(name, request) as made:
        yield made


def read(media: MediaStorage, name: str) -> bytes:
    with media.open(name) as file:
        found: bytes = file.read()
        return found


def test_what_was_saved_is_there_and_what_was_deleted_is_not(media: MediaStorage) -> None:
    name = media.save("albums/one.txt", ContentFile(b"first"))
    assert (media.exists(name), media.size(name), read(media, name)) == (True, 5, b"first")
    media.delete(name)
    assert not media.exists(name)
    assert not media.exists("albums")
    media.delete(name)
    with pytest.raises(FileNotFoundError):
        read(media, name)


def test_a_name_that_is_taken_leaves_the_file_alone(media: MediaStorage) -> None:
    """Where the service can refuse, the name is kept; where it cannot, every new file gets a suffix at once."""
    first, second = (media.save("cat.txt", ContentFile(body)) for body in (b"one", b"two"))
    assert (first == "cat.txt") == media.store.traits.atomic_create
    assert first != second
    assert (read(media, first), read(media, second)) == (b"one", b"two")


def test_every_name_is_kept_as_it_is(media: MediaStorage) -> None:
    saved = {media.save(name, ContentFile(name.encode())): name for name in NAMES}
    assert len(saved) == len(NAMES)
    assert sorted(media.listdir("")[1]) == sorted(saved)
    for name, wanted in saved.items():
        assert read(media, name) == wanted.encode()


def test_a_file_that_may_be_replaced_is_replaced_at_once(name: str, request: pytest.FixtureRequest) -> None:
    """R2 takes one write of a key in a second: the second one waits its turn."""
    with storage(name, request, overwrite=True) as media:
        assert [media.save("logo.txt", ContentFile(body)) for body in (b"old", b"new")] == ["logo.txt"] * 2
        assert read(media, "logo.txt") == b"new"


def test_a_large_file_goes_up_in_parts_and_is_read_from_its_middle(media: MediaStorage) -> None:
    body = os.urandom(1024) * 17 * 1024
    name = media.save("film.mp4", ContentFile(body))
    with media.open(name) as file:
        file.seek(-1024, os.SEEK_END)
        assert file.read() == body[-1024:]


@pytest.mark.parametrize("wanted", ["plain.txt", "été (1).txt"])
def test_its_address_gives_the_file_to_a_browser(media: MediaStorage, wanted: str) -> None:
    name = media.save(wanted, ContentFile(b"hello"))
    url = media.url(name)
    if not url.startswith("http"):
        pytest.skip("a folder has no address of its own: Django serves it")
    traits = media.store.traits
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"hello"
        if traits.keeps_headers and "content_type" not in traits.lost_headers:
            assert answer.headers["content-type"] == "text/plain"


@pytest.mark.parametrize("provider", ["r2", "b2"])
def test_services_without_upload_forms_are_known_to_have_none(provider: str) -> None:
    assert not load_provider(provider).presigning.post
