"""What each verb costs, counted at the service, and what it makes of doubtful answers."""

from __future__ import annotations

import hashlib
import io
import traceback
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from medialift.errors import (
    DigestMismatchError,
    NotFoundError,
    StoreError,
    TooLargeError,
    UnavailableError,
    UnsupportedError,
)
from medialift.stores.spec import ApiKeys, Secret, StoreSpec
from medialift.stores.supabase import SupabaseStore
from medialift.testing.contract.bodies import fetch, keys_of
from medialift.testing.supabase import SupabaseServer
from medialift.types import Headers
from tests.servers.proxy import Action, FaultProxy
from tests.servers.rules import flip_upload, lose_answer
from tests.servers.s3request import Request
from tests.stores.supabase.conftest import opened


def cost(proxy: FaultProxy, call: Callable[[], object]) -> list[str]:
    """Method and kind of path of each request that *call* sends."""
    proxy.forget()
    call()
    return [what(request) for request in proxy.requests]


def what(request: Request) -> str:
    parts = request.target.removeprefix("/storage/v1/").split("/")
    return f"{request.method} {'/'.join(parts[:2])}" if parts[1] in ACTIONS else f"{request.method} {parts[0]}"


ACTIONS = ("info", "authenticated", "sign", "list-v2", "resumable", "upload")


def once(action: Action, is_meant: Callable[[Request], bool]) -> Callable[[Request], Action | None]:
    struck: Counter[str] = Counter()

    def rule(request: Request) -> Action | None:
        if not is_meant(request) or struck["x"]:
            return None
        struck["x"] += 1
        return action

    return rule


class TestBudget:
    def test_opening_and_plain_urls_send_nothing(self, proxy: FaultProxy, store_behind: SupabaseStore) -> None:
        store_behind.public_url("a")
        store_behind.signed_url("a", expires=timedelta(hours=1))
        assert proxy.requests == []

    def test_an_upload_is_looked_at_because_its_answer_tells_no_etag(
        self, proxy: FaultProxy, store_behind: SupabaseStore
    ) -> None:
        assert cost(proxy, lambda: store_behind.put("a", b"1")) == ["POST object", "GET object/info"]

    def test_reading_is_one_request_unless_somebody_looks_at_the_metadata(
        self, proxy: FaultProxy, store_behind: SupabaseStore
    ) -> None:
        store_behind.put("a", b"1", headers=Headers(metadata={"album": "cats"}))
        opened = store_behind.get("a")
        assert cost(proxy, opened.read) == []
        assert cost(proxy, lambda: opened.info.headers.content_type) == []
        assert cost(proxy, lambda: dict(opened.info.headers.metadata)) == ["GET object/info"]
        assert dict(opened.info.headers.metadata) == {"album": "cats"}
        opened.close()
        assert cost(proxy, lambda: fetch(store_behind, "a")) == ["GET object/authenticated"]
        assert cost(proxy, lambda: store_behind.head("a")) == ["GET object/info"]

    def test_listing_is_one_request_a_page(self, proxy: FaultProxy, store_behind: SupabaseStore) -> None:
        store_behind.put("a", b"1")
        assert cost(proxy, lambda: keys_of(store_behind)) == ["POST object/list-v2"]

    def test_deleting_is_one_request_a_thousand(self, proxy: FaultProxy, store_behind: SupabaseStore) -> None:
        for key in ("k0", "k1000"):
            store_behind.put(key, b"1")
        keys = [f"k{number}" for number in range(1500)]
        assert cost(proxy, lambda: list(store_behind.delete_many(keys))) == ["DELETE object"] * 2

    def test_the_first_missing_object_asks_for_the_bucket_too(
        self, proxy: FaultProxy, store_behind: SupabaseStore
    ) -> None:
        def ask() -> None:
            with pytest.raises(NotFoundError):
                store_behind.head("missing")

        assert cost(proxy, ask) == ["GET object/info", "GET bucket"]
        assert cost(proxy, ask) == ["GET object/info"]


class TestUploads:
    def test_send_their_length_a_bare_type_and_whose_cache_it_may_be(
        self, proxy: FaultProxy, store_behind: SupabaseStore
    ) -> None:
        headers = Headers(content_type="Text/Plain; charset=utf-8", cache_control="max-age=60")
        store_behind.put("a", io.BytesIO(b"miau"), headers=headers)
        sent = proxy.requests[0].headers
        assert (sent["content-length"], sent["content-type"]) == ("4", "text/plain")
        assert (sent["cache-control"], sent["x-upsert"]) == ("max-age=60", "true")

    def test_that_arrive_as_other_bytes_are_told(self, proxy: FaultProxy, store_behind: SupabaseStore) -> None:
        action = flip_upload(2)
        proxy.rules.append(lambda request: action if request.method == "POST" else None)
        with pytest.raises(DigestMismatchError):
            store_behind.put("a", b"miau")

    def test_whose_answer_is_lost_are_sent_again(self, proxy: FaultProxy, store_behind: SupabaseStore) -> None:
        proxy.rules.append(once(lose_answer(), lambda request: request.method == "POST"))
        assert store_behind.put("a", b"miau").etag == hashlib.md5(b"miau").hexdigest()

    def test_of_an_encoded_body_are_refused_before_anything_is_sent(
        self, proxy: FaultProxy, store_behind: SupabaseStore
    ) -> None:
        with pytest.raises(UnsupportedError, match="Content-Encoding"):
            store_behind.put("a", b"1", headers=Headers(content_encoding="gzip"))
        assert proxy.requests == []


class TestLimitsOfTheBucket:
    @pytest.fixture
    def bucket(self, supabase: SupabaseServer) -> str:
        name = f"limited-{uuid.uuid4().hex[:10]}"
        return supabase.project.make_bucket(name, file_size_limit=1000, allowed_mime_types=["image/png"]).id

    def test_of_size_are_told_in_numbers(self, store: SupabaseStore) -> None:
        with pytest.raises(TooLargeError) as caught:
            store.put("a", b"x" * 1001, headers=Headers(content_type="image/png"))
        assert "up to 1,000 bytes" in caught.value.hint
        assert keys_of(store) == []

    def test_of_size_hold_for_large_bodies_too(self, store: SupabaseStore) -> None:
        with pytest.raises(TooLargeError) as caught:
            store.put("a", b"x" * (7 * 1024 * 1024), headers=Headers(content_type="image/png"))
        assert "up to 1,000 bytes" in caught.value.hint

    def test_of_type_are_named(self, store: SupabaseStore) -> None:
        with pytest.raises(UnsupportedError, match="application/pdf") as caught:
            store.put("a", b"1", headers=Headers(content_type="application/pdf"))
        assert "image/png" in caught.value.hint

    def test_of_the_project_are_named_where_the_bucket_has_none(
        self, supabase: SupabaseServer, store: SupabaseStore
    ) -> None:
        supabase.project.make_bucket(store.place.bucket)
        with pytest.raises(TooLargeError) as caught:
            store.put("a", io.BytesIO(b"x" * (51 * 1024 * 1024)))
        assert "project's" in caught.value.hint

    def test_can_be_asked(self, store: SupabaseStore) -> None:
        info = store.bucket()
        assert (info.public, info.file_size_limit, info.allowed_mime_types) == (False, 1000, ["image/png"])


class TestReadsDuringAnOverwrite:
    @pytest.mark.parametrize("server", ["supabase", "supabase_on_disk"])
    def test_are_tried_once_more(self, request: pytest.FixtureRequest, spec: StoreSpec, server: str) -> None:
        running: SupabaseServer = request.getfixturevalue(server)
        running.project.make_bucket("overwritten")
        keys = ApiKeys(service_key=Secret(running.project.service_key))
        store = opened(spec, container="overwritten", endpoint_url=running.url, api_keys=keys)
        store.put("a", b"1")
        running.project.vanishing = 1
        assert fetch(store, "a") == b"1"
        store.close()

    def test_are_told_when_they_go_on_failing(self, supabase: SupabaseServer, store: SupabaseStore) -> None:
        store.put("a", b"1")
        supabase.project.vanishing = 2
        with pytest.raises(NotFoundError):
            store.get("a")
        assert supabase.project.vanishing == 0

    def test_of_a_missing_object_are_not(self, proxy: FaultProxy, store_behind: SupabaseStore) -> None:
        store_behind.put("b", b"1")
        with pytest.raises(NotFoundError):
            store_behind.get("a")
        assert [what(request) for request in proxy.requests].count("GET object/authenticated") == 1


class TestListing:
    def test_leaves_out_what_the_dashboard_makes_and_tells_of_it(
        self, supabase: SupabaseServer, store: SupabaseStore
    ) -> None:
        store.put("full/a", b"1")
        headers = {"Authorization": f"Bearer {supabase.project.service_key}"}
        for key in ("empty/.emptyFolderPlaceholder", "q%3F", "/lead"):
            httpx.post(f"{supabase.storage_url}/object/{store.place.bucket}/{key}", content=b"", headers=headers)
        assert keys_of(store) == ["full/a"]
        assert sorted(unlisted.place for unlisted in store.unlisted()) == [
            "/lead",
            "empty/.emptyFolderPlaceholder",
            "q?",
        ]
        assert sorted(store.list_folder().folders) == ["empty", "full"]

    def test_ends_where_the_service_ignores_its_own_cursor(
        self, proxy: FaultProxy, store_behind: SupabaseStore
    ) -> None:
        """Services of mid-2025 do (supabase.md §7)."""
        page = b'{"hasNext":true,"nextCursor":"x","folders":[],"objects":[{"name":"a","metadata":{"size":1}}]}'
        again: Action = lambda exchange: exchange.answer(200, {"Content-Type": "application/json"}, page)  # noqa: E731
        proxy.rules.append(lambda request: again)
        with pytest.raises(UnavailableError, match="same page"):
            keys_of(store_behind)


def test_connections_that_always_break_are_told_as_retryable(proxy: FaultProxy, store_behind: SupabaseStore) -> None:
    proxy.rules.append(lambda request: lose_answer())
    with pytest.raises(StoreError) as caught:
        store_behind.put("a", b"1")
    assert caught.value.retryable
    assert len(proxy.requests) == 3


def test_at_another_prefix_the_bucket_is_the_same(store: SupabaseStore) -> None:
    store.put("folder/a", b"1")
    other = store.at_prefix("folder")
    assert keys_of(other) == ["a"]
    other.close()


@pytest.mark.parametrize("key", ["sb_secret_two\nlines", "sb_secret_\x00"])
def test_a_key_that_no_header_can_hold_is_not_shown(spec: StoreSpec, key: str) -> None:
    """httpx and h11 repeat the header that they cannot send, and a traceback shows both."""
    store = opened(spec, api_keys=ApiKeys(service_key=Secret(key)))
    with pytest.raises(UnavailableError, match="copy it anew") as caught:
        store.head("a.txt")
    assert "sb_secret" not in "".join(traceback.format_exception(caught.value))
    store.close()
