"""How objects are found, opened, listed and deleted."""

from __future__ import annotations

import httpx
import pytest

from medialift.errors import AccessDeniedError, PreconditionError, ThrottledError, UnavailableError
from medialift.providers import load_provider
from medialift.stores.base import TellsUnlisted, capability
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.cloudinary.reading import info_of
from medialift.testing.cloudinary import CloudinaryServer
from medialift.testing.cloudinary.account import Asset
from medialift.testing.contract.bodies import fetch, keys_of, pattern
from tests.servers.hours import wait_for_a_whole_test
from tests.servers.proxy import FaultProxy
from tests.stores.cloudinary.conftest import JPEG, account, as_upstream, opened, spec_of


def seen(proxy: FaultProxy) -> list[str]:
    """What was asked: method, and the path below the cloud without its query."""
    return [f"{request.method} {request.target.partition('?')[0].split('/', 3)[3]}" for request in proxy.requests]


class TestRequests:
    """Each is promised: the Admin API's are counted by the hour, the others are not."""

    @pytest.fixture
    def asked(self, proxy: FaultProxy, store_behind: CloudinaryStore) -> FaultProxy:
        store_behind.put("cat.jpg", JPEG)
        proxy.requests.clear()
        return proxy

    def test_storing_takes_one(self, asked: FaultProxy, store_behind: CloudinaryStore) -> None:
        store_behind.put("cat.jpg", JPEG)
        assert seen(asked) == ["POST image/upload"]

    def test_storing_a_broken_image_takes_three(self, asked: FaultProxy, store_behind: CloudinaryStore) -> None:
        store_behind.put("cat.jpg", b"no image")
        assert seen(asked) == ["POST image/upload", "POST raw/upload", "POST image/destroy"]

    def test_looking_takes_one(self, asked: FaultProxy, store_behind: CloudinaryStore) -> None:
        store_behind.head("cat.jpg")
        assert seen(asked) == ["POST image/explicit"]

    def test_opening_takes_two(self, asked: FaultProxy, store_behind: CloudinaryStore) -> None:
        assert fetch(store_behind, "cat.jpg") == JPEG
        assert seen(asked) == ["POST image/explicit", "GET image/download"]

    def test_deleting_takes_one_for_each_kind_that_it_could_be(
        self, asked: FaultProxy, store_behind: CloudinaryStore
    ) -> None:
        store_behind.delete("cat.jpg")
        store_behind.delete("a.txt")
        assert seen(asked) == [
            "POST raw/destroy", "POST image/destroy", "POST video/destroy", "POST image/destroy", "POST raw/destroy",
        ]  # fmt: skip

    def test_deleting_a_hundred_takes_one_of_the_counted_for_each_kind(
        self, asked: FaultProxy, store_behind: CloudinaryStore
    ) -> None:
        assert list(store_behind.delete_many(f"{number:03}.jpg" for number in range(200))) == []
        assert seen(asked) == ["DELETE resources/raw/upload", "DELETE resources/image/upload"] * 2

    def test_listing_takes_one_of_the_counted_for_each_kind_and_five_hundred(
        self, asked: FaultProxy, store_behind: CloudinaryStore
    ) -> None:
        assert keys_of(store_behind) == ["cat.jpg"]
        assert seen(asked) == [f"GET resources/{kind}/upload" for kind in ("image", "video", "raw")]
        assert "max_results=500" in asked.requests[0].target


class TestRanges:
    @pytest.mark.parametrize("honoured", [True, False])
    def test_a_range_comes_whether_or_not_the_service_knows_ranges(self, honoured: bool) -> None:
        body = pattern(300_000)
        with CloudinaryServer(account(honours_ranges=honoured)) as server:
            store = opened(spec_of(server))
            store.put("a", body)
            assert fetch(store, "a", start=200_000, length=50) == body[200_000:200_050]
            assert fetch(store, "a", start=299_999) == body[-1:]


class TestOriginals:
    """What comes home is what went out, or an error."""

    def spoil(self, server: CloudinaryServer, data: bytes) -> None:
        """Let the bytes be others than the service says."""

        class Spoiled(Asset):
            @property
            def etag(self) -> str:
                return "0" * 32

        ((place, asset),) = server.account.assets.items()
        server.account.assets[place] = Spoiled(*place, data, asset.format, asset.version)

    @pytest.mark.parametrize("key", ["cat.jpg", "a.txt"])
    def test_bytes_that_were_made_anew_are_refused(self, key: str) -> None:
        with CloudinaryServer(account()) as server:
            store = opened(spec_of(server))
            store.put(key, JPEG)
            self.spoil(server, JPEG[::-1])
            with pytest.raises(UnavailableError, match="other bytes than it says"):
                fetch(store, key)

    def test_another_version_than_was_asked_for_is_refused(self, store: CloudinaryStore) -> None:
        store.put("cat.jpg", JPEG)
        with pytest.raises(PreconditionError):
            store.get("cat.jpg", if_match="0" * 32)


class TestListing:
    def test_objects_are_described_as_far_as_listings_do(self, store: CloudinaryStore) -> None:
        stored = store.put("a/cat.jpg", JPEG)
        (listed,), info = store.list(), store.head("a/cat.jpg")
        assert (listed.key, listed.size, listed.etag) == ("a/cat.jpg", len(JPEG), None)
        assert (listed.version, listed.fingerprint) == (info.version, info.fingerprint)
        assert (listed.version, info.etag) == (stored.version, stored.etag)

    def test_two_versions_of_one_second_are_told_apart_by_their_size_alone(self) -> None:
        said = {"bytes": 4, "version": 1731111111}
        assert info_of("a", said).fingerprint == info_of("a", said).fingerprint
        assert info_of("a", {**said, "bytes": 5}).fingerprint != info_of("a", said).fingerprint

    def test_what_another_program_has_put_there_is_found_under_its_own_name(
        self, cloudinary: CloudinaryServer, store: CloudinaryStore
    ) -> None:
        """django-cloudinary-storage keeps an image's public id, without an extension, in the database."""
        place = ("image", "upload", store.place.public_id("cat_x1y2z3"))
        cloudinary.account.store(Asset(*place, JPEG, "jpg", 1731111111), overwrites=True)
        assert keys_of(store) == ["cat_x1y2z3"]
        assert fetch(store, "cat_x1y2z3") == JPEG
        store.delete("cat_x1y2z3")
        assert keys_of(store) == []

    def test_what_no_key_is_is_told_apart(self, cloudinary: CloudinaryServer, store: CloudinaryStore) -> None:
        place = ("image", "upload", store.place.public_id("été"))
        cloudinary.account.store(Asset(*place, JPEG, "jpg", 1731111111), overwrites=True)
        tells = capability(store, TellsUnlisted)
        assert tells is not None
        assert keys_of(store) == []
        assert [unlisted.place for unlisted in tells.unlisted()] == [place[2]]
        cloudinary.account.delete(place)

    def test_what_was_deleted_where_backups_are_kept_is_not_listed(self) -> None:
        with CloudinaryServer(account(keeps_backups=True)) as server:
            store = opened(spec_of(server))
            store.put("cat.jpg", JPEG)
            store.delete("cat.jpg")
            assert keys_of(store) == []

    def test_more_than_the_hour_allows_is_told_with_the_time_and_not_waited_for(self) -> None:
        wait_for_a_whole_test()
        with CloudinaryServer(account(admin_limit=5)) as server:
            store = opened(spec_of(server))
            store.put("cat.jpg", JPEG)
            assert keys_of(store) == ["cat.jpg"]
            with pytest.raises(ThrottledError, match="Limit of 5 api operations") as caught:
                keys_of(store)
            assert caught.value.retry_after is not None
            assert 0 < caught.value.retry_after <= 3600
            assert "UTC on" in caught.value.hint
            assert fetch(store, "cat.jpg") == JPEG, "uploads and downloads are not counted"

    def test_a_service_that_never_comes_to_an_end_is_found_out(
        self, proxy: FaultProxy, store_behind: CloudinaryStore
    ) -> None:
        page = b'{"resources": [], "next_cursor": "x"}'
        proxy.rules.append(lambda request: lambda exchange: exchange.answer(200, {}, page))
        with pytest.raises(UnavailableError, match="same page again"):
            keys_of(store_behind)


class TestDeleting:
    def test_one_that_stays_is_told(self, cloudinary: CloudinaryServer) -> None:
        said = b'{"deleted": {"a.jpg": "locked"}}'
        with FaultProxy(as_upstream(cloudinary)) as proxy:
            proxy.rules.append(lambda request: lambda exchange: exchange.answer(200, {}, said))
            store = opened(spec_of(cloudinary), endpoint_url=proxy.server.endpoint_url)
            (error,) = store.delete_many(["a.jpg"])
            assert isinstance(error, AccessDeniedError)
            assert (error.key, error.reason) == ("a.jpg", "the service did not delete it: locked")

    def test_one_done_in_part_is_asked_for_again(self, cloudinary: CloudinaryServer) -> None:
        answers = [b'{"deleted": {}, "partial": true}', b'{"deleted": {"a.jpg": "deleted"}}'] * 2
        with FaultProxy(as_upstream(cloudinary)) as proxy:
            proxy.rules.append(lambda request: lambda exchange: exchange.answer(200, {}, answers.pop(0)))
            store = opened(spec_of(cloudinary), endpoint_url=proxy.server.endpoint_url)
            assert list(store.delete_many(["a.jpg"])) == []
            assert answers == []

    def test_a_word_that_nobody_knows_is_no_deletion(self, cloudinary: CloudinaryServer) -> None:
        with FaultProxy(as_upstream(cloudinary)) as proxy:
            proxy.rules.append(lambda request: lambda exchange: exchange.answer(200, {}, b'{"result": "locked"}'))
            store = opened(spec_of(cloudinary), endpoint_url=proxy.server.endpoint_url)
            with pytest.raises(AccessDeniedError, match="locked"):
                store.delete("a.jpg")


def test_an_answer_that_is_no_json_is_told(cloudinary: CloudinaryServer) -> None:
    with FaultProxy(as_upstream(cloudinary)) as proxy:
        proxy.rules.append(lambda request: lambda exchange: exchange.answer(200, {}, b"<html>maintenance</html>"))
        store = opened(spec_of(cloudinary), endpoint_url=proxy.server.endpoint_url, client={"max_attempts": 1})
        with pytest.raises(UnavailableError, match="no JSON"):
            store.head("a")


def test_a_download_that_is_sent_elsewhere_is_followed(cloudinary: CloudinaryServer) -> None:
    with FaultProxy(as_upstream(cloudinary)) as proxy:
        store = opened(spec_of(cloudinary, "moved"), endpoint_url=proxy.server.endpoint_url)
        store.put("cat.jpg", JPEG)
        there = store.public_url("cat.jpg")
        proxy.rules.append(
            lambda request: (
                (lambda exchange: exchange.answer(302, {"Location": there}, b""))
                if "/download" in request.target
                else None
            )
        )
        assert httpx.get(there).content == fetch(store, "cat.jpg") == JPEG


def test_the_data_says_what_this_rests_on() -> None:
    provider = load_provider("cloudinary")
    assert (provider.deletion.batch, provider.listing.is_sorted, provider.create.put) == (100, False, False)
