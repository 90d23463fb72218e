"""How bodies are stored: as what they are, under their own names, and compared with what was sent."""

from __future__ import annotations

import dataclasses
import io
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

from medialift.errors import DigestMismatchError, NoSpaceError, TooLargeError, UnsupportedError
from medialift.providers import load_provider
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.cloudinary.empty import EMPTY_MD5, MARKER
from medialift.stores.spec import StoreSpec
from medialift.testing.cloudinary import Account, CloudinaryServer
from medialift.testing.contract.bodies import fetch, keys_of, md5, one_way, pattern
from medialift.types import Headers
from tests.stores.cloudinary.conftest import JPEG, MP4, PNG, ROOMY, account, opened, spec_of

CHUNK = 5_242_880
SMALL_PARTS = dataclasses.replace(load_provider("cloudinary").traits, part_size=CHUNK, multipart_threshold=6_000_000)


@pytest.fixture
def server() -> Iterator[CloudinaryServer]:
    with CloudinaryServer(account()) as server:
        yield server


@pytest.fixture
def store(server: CloudinaryServer) -> CloudinaryStore:
    return opened(spec_of(server, "media"), SMALL_PARTS)


def held(account: Account) -> dict[tuple[str, str], str]:
    """Kind and public id of every asset, and the format that the service found."""
    return {(asset.resource_type, asset.public_id): asset.format for asset in account.assets.values()}


@pytest.mark.parametrize(
    ("key", "body", "kind", "format"),
    [
        ("a/cat.jpg", JPEG, "image", "jpg"),
        ("a/CAT.JPG", JPEG, "image", "jpg"),
        ("cat.jpg", PNG, "image", "png"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image", "svg"),
        ("film.mp4", MP4, "video", "mp4"),
        ("song.mp3", b"ID3\x04song", "video", "mp3"),
        ("report.pdf", b"%PDF-1.7", "raw", ""),
        ("all.zip", b"PK\x03\x04", "raw", ""),
        ("README", b"text", "raw", ""),
        (".jpg", JPEG, "raw", ""),
    ],
)
def test_a_file_is_stored_as_what_its_name_says(
    server: CloudinaryServer, store: CloudinaryStore, key: str, body: bytes, kind: str, format: str
) -> None:
    stored = store.put(key, body)
    assert held(server.account) == {(kind, f"media/{key}"): format}
    assert (stored.size, stored.etag, fetch(store, key)) == (len(body), md5(body).hex(), body)


def test_names_that_differ_in_their_extension_only_are_two_objects(store: CloudinaryStore) -> None:
    for key, body in {"cat.jpg": JPEG, "cat.png": PNG, "cat": b"text", "cat.jpg.png": PNG + b"2"}.items():
        store.put(key, body)
    assert [fetch(store, key) for key in ("cat.jpg", "cat.png", "cat", "cat.jpg.png")] == [
        JPEG, PNG, b"text", PNG + b"2",
    ]  # fmt: skip


class TestBrokenMedia:
    """What the service refuses as an image or a video is a file of the site all the same."""

    @pytest.mark.parametrize(
        ("key", "body"),
        [("cat.jpg", b"no image"), ("film.mp4", b"no film"), ("cat.png", b"PK\x03\x04zip"), ("cat.gif", b"")],
    )
    def test_it_is_kept_as_a_file(
        self, server: CloudinaryServer, store: CloudinaryStore, key: str, body: bytes
    ) -> None:
        store.put(key, body)
        assert list(held(server.account)) == [("raw", f"media/{key}")]
        assert (keys_of(store), fetch(store, key), store.head(key).size) == ([key], body, len(body))

    def test_it_takes_the_place_of_a_good_one(self, server: CloudinaryServer, store: CloudinaryStore) -> None:
        store.put("cat.jpg", JPEG)
        store.put("cat.jpg", b"no image")
        assert (keys_of(store), fetch(store, "cat.jpg")) == (["cat.jpg"], b"no image")
        assert list(held(server.account)) == [("raw", "media/cat.jpg")]

    def test_a_good_one_takes_its_place(self, store: CloudinaryStore) -> None:
        store.put("cat.jpg", b"no image")
        store.put("cat.jpg", JPEG)
        assert (keys_of(store), fetch(store, "cat.jpg")) == (["cat.jpg"], JPEG)

    @pytest.mark.parametrize("many", [False, True])
    def test_both_are_deleted(self, server: CloudinaryServer, store: CloudinaryStore, many: bool) -> None:
        store.put("cat.jpg", b"no image")
        store.put("cat.jpg", JPEG)
        if many:
            assert list(store.delete_many(["cat.jpg"])) == []
        else:
            store.delete("cat.jpg")
        assert held(server.account) == {}

    @pytest.mark.parametrize("make", [bytes, io.BytesIO, one_way], ids=["bytes", "file", "stream"])
    def test_a_large_one_is_read_again(self, server: CloudinaryServer, store: CloudinaryStore, make: Any) -> None:
        body = pattern(2 * CHUNK + 5)
        stored = store.put("film.mp4", make(body))
        assert list(held(server.account)) == [("raw", "media/film.mp4")]
        assert (stored.size, stored.etag) == (len(body), md5(body).hex())

    def test_a_large_file_is_read_again_from_where_it_stood(self, store: CloudinaryStore) -> None:
        file = io.BytesIO(pattern(2 * CHUNK + 5))
        file.seek(7)
        assert store.put("film.mp4", file).size == 2 * CHUNK - 2
        assert not file.closed

    def test_a_full_disk_for_the_second_reading_is_told(
        self, store: CloudinaryStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda: open("/dev/full", "r+b", buffering=0))  # noqa: SIM115
        with pytest.raises(NoSpaceError, match="temporary files"):
            store.put("film.mp4", one_way(pattern(2 * CHUNK)))
        assert keys_of(store) == []


class TestEmptyFiles:
    """The service takes none: https://github.com/cloudinary/pycloudinary/issues/235."""

    @pytest.mark.parametrize("key", ["empty.txt", "empty.jpg", "empty"])
    def test_one_comes_back_empty(self, server: CloudinaryServer, store: CloudinaryStore, key: str) -> None:
        stored = store.put(key, b"")
        (asset,) = server.account.assets.values()
        assert asset.data == MARKER
        assert (stored.size, stored.etag) == (0, EMPTY_MD5)
        assert [(info.key, info.size) for info in store.list()] == [(key, 0)]
        assert (store.head(key).size, store.head(key).etag, fetch(store, key)) == (0, EMPTY_MD5, b"")

    def test_a_file_of_the_markers_size_is_listed_as_it_is(self, store: CloudinaryStore) -> None:
        store.put("other", b"x" * len(MARKER))
        assert [info.size for info in store.list()] == [len(MARKER)]

    def test_the_marker_itself_is_nobodys_file(self, store: CloudinaryStore) -> None:
        with pytest.raises(UnsupportedError, match="for an empty file"):
            store.put("a.txt", MARKER)
        assert keys_of(store) == []


class TestLargeBodies:
    def test_one_goes_up_in_chunks_of_one_size(self, server: CloudinaryServer, store: CloudinaryStore) -> None:
        body = MP4 + pattern(2 * CHUNK)
        stored = store.put("film.mp4", body, md5=md5(body))
        (upload,) = server.account.uploads.values()
        assert [len(piece) for _, piece in sorted(upload.pieces.items())] == [CHUNK, CHUNK, len(MP4)]
        assert (stored.part_size, stored.etag) == (CHUNK, md5(body).hex())
        assert list(held(server.account)) == [("video", "media/film.mp4")]

    def test_the_threshold_is_the_packages_own(self) -> None:
        assert load_provider("cloudinary").traits.multipart_threshold == 20_000_000

    def test_what_is_above_the_plans_limit_is_told(self, spec: StoreSpec) -> None:
        with CloudinaryServer(account(largest={**ROOMY, "image": 100})) as server:
            store = opened(spec_of(server))
            with pytest.raises(TooLargeError, match="Maximum is 100") as caught:
                store.put("cat.jpg", JPEG * 10)
            assert "Settings → Usage" in caught.value.hint
            assert keys_of(store) == []


class TestAnAccountThatChangesUploads:
    """An upload preset may: https://github.com/cloudinary/cloudinary_wordpress/pull/1252."""

    def test_other_bytes_than_were_sent_are_found_out(self) -> None:
        with CloudinaryServer(account(incoming=lambda data: data + b"optimised")) as server:
            store = opened(spec_of(server))
            with pytest.raises(DigestMismatchError, match=r"stored \d+ bytes") as caught:
                store.put("cat.jpg", JPEG)
            assert caught.value.etag == md5(JPEG + b"optimised").hex()
            assert "Upload presets" in caught.value.hint

    def test_other_bytes_of_the_same_size_are_found_out(self) -> None:
        with CloudinaryServer(account(incoming=lambda data: data[::-1])) as server:
            store = opened(spec_of(server))
            with pytest.raises(DigestMismatchError):
                store.put("cat.jpg", JPEG)


def test_creating_is_not_promised(store: CloudinaryStore) -> None:
    with pytest.raises(UnsupportedError, match="only one succeeds"):
        store.put("a", b"1", if_absent=True)


def test_compressed_bytes_are_not_stored_for_browsers_to_find(store: CloudinaryStore) -> None:
    with pytest.raises(UnsupportedError, match="Content-Encoding"):
        store.put("a.css", b"1", headers=Headers(content_encoding="gzip"))
