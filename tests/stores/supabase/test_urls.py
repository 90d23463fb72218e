"""Addresses: made here where the JWT secret is known, else asked for; each of them works."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from medialift.errors import AlreadyExistsError, InvalidKeyError, NotFoundError
from medialift.stores.base import PublicUrls, Signs, SignsMany, capability
from medialift.stores.resizing import ImageUrls
from medialift.stores.spec import ApiKeys, Secret, StoreSpec
from medialift.stores.supabase import SupabaseStore
from medialift.stores.supabase.tokens import signed
from medialift.testing.supabase import SupabaseServer
from medialift.testing.supabase.tokens import verified
from tests.servers.proxy import FaultProxy
from tests.stores.supabase.conftest import opened

KEY = "my photos/a=b;c,d (1)+&@:$!'*.jpg"
HOUR = timedelta(hours=1)


@pytest.fixture
def asking(supabase: SupabaseServer, spec: StoreSpec) -> Iterator[SupabaseStore]:
    """A store that does not know the JWT secret."""
    store = opened(spec, api_keys=ApiKeys(service_key=Secret(supabase.project.service_key)))
    yield store
    store.close()


@pytest.fixture(params=["here", "asked for"])
def signing(request: pytest.FixtureRequest, store: SupabaseStore, asking: SupabaseStore) -> SupabaseStore:
    return store if request.param == "here" else asking


def test_the_store_has_the_abilities(store: SupabaseStore) -> None:
    for ability in (PublicUrls, Signs, SignsMany, ImageUrls):
        assert capability(store, ability) is store


class TestPublicUrls:
    def test_serve_a_public_bucket(self, supabase: SupabaseServer, store: SupabaseStore) -> None:
        supabase.project.make_bucket(store.place.bucket, public=True)
        store.put(KEY, b"miau")
        assert httpx.get(store.public_url(KEY)).content == b"miau"

    def test_may_have_a_domain_of_the_sites_own(self, spec: StoreSpec) -> None:
        store = opened(spec, custom_domain="cdn.example.com/media")
        assert store.public_url("a b") == "https://cdn.example.com/media/a%20b"

    def test_hold_no_key(self, supabase: SupabaseServer, store: SupabaseStore) -> None:
        assert supabase.project.service_key not in store.public_url(KEY)


class TestSignedUrls:
    def test_serve_a_private_bucket_without_a_key(self, signing: SupabaseStore) -> None:
        signing.put(KEY, b"miau")
        assert httpx.get(signing.signed_url(KEY, expires=HOUR)).content == b"miau"

    def test_serve_under_another_name(self, signing: SupabaseStore) -> None:
        signing.put("a", b"miau")
        answer = httpx.get(signing.signed_url("a", expires=HOUR, filename="été & co.jpg"))
        assert answer.headers["content-disposition"].endswith("filename*=UTF-8''%C3%A9t%C3%A9%20%26%20co.jpg;")

    def test_name_one_object_only(self, signing: SupabaseStore) -> None:
        signing.put("a", b"1")
        signing.put("b", b"2")
        url = signing.signed_url("a", expires=HOUR)
        assert httpx.get(url.replace("/a?", "/b?")).status_code == 400

    def test_end_when_they_were_meant_to(self, supabase: SupabaseServer, signing: SupabaseStore) -> None:
        signing.put("a", b"1")
        now = datetime.now(timezone.utc) - timedelta(minutes=20)
        token = parse_qs(urlsplit(signing.signed_url("a", expires=HOUR, now=now)).query)["token"][0]
        ends = verified(token, supabase.project.jwt_secret)["exp"]
        assert abs(ends - (now + HOUR).timestamp()) < 5

    def test_of_one_moment_are_one(self, store: SupabaseStore) -> None:
        now = datetime(2026, 1, 1, tzinfo=timezone.utc)
        assert store.signed_url("a", expires=HOUR, now=now) == store.signed_url("a", expires=HOUR, now=now)

    def test_have_the_claims_of_the_service(self, supabase: SupabaseServer, store: SupabaseStore) -> None:
        """supabase.md §6"""
        now = datetime(2026, 1, 1, tzinfo=timezone.utc)
        token = parse_qs(urlsplit(store.signed_url(KEY, expires=HOUR, now=now)).query)["token"][0]
        start = int(now.timestamp())
        assert verified(token, supabase.project.jwt_secret, now=start) == {
            "url": f"{store.place.bucket}/{KEY}", "scope": "download", "iat": start, "exp": start + 3600,
        }  # fmt: skip

    def test_that_are_asked_for_need_the_object(self, asking: SupabaseStore) -> None:
        with pytest.raises(NotFoundError):
            asking.signed_url("missing", expires=HOUR)

    @pytest.mark.parametrize("wish", [{"method": "PUT"}, {"content_type": "text/html"}])
    def test_of_what_no_token_can_say_are_refused(self, store: SupabaseStore, wish: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="Supabase"):
            store.signed_url("a", expires=HOUR, **wish)  # type: ignore[arg-type]

    @pytest.mark.parametrize("expires", [timedelta(0), timedelta(days=8)])
    def test_of_no_or_too_much_time_are_refused(self, signing: SupabaseStore, expires: timedelta) -> None:
        with pytest.raises(ValueError, match="can live"):
            signing.signed_url("a", expires=expires)


class TestManySignedUrls:
    def test_are_asked_for_a_thousand_at_a_time(self, proxy: FaultProxy, store_behind: SupabaseStore) -> None:
        keys = [f"k{number}" for number in range(1_200)]
        for key in ("k0", "k1100"):
            store_behind.put(key, key.encode())
        spec = dataclasses.replace(
            store_behind._spec, api_keys=ApiKeys(service_key=store_behind._spec.api_keys.service_key)
        )
        asking = opened(spec)
        proxy.forget()
        found = asking.signed_urls(keys, expires=HOUR)
        asking.close()
        assert len(proxy.requests) == 2
        assert {key: httpx.get(url).text for key, url in found.items()} == {"k0": "k0", "k1100": "k1100"}

    def test_cost_nothing_with_the_secret(self, proxy: FaultProxy, store_behind: SupabaseStore) -> None:
        assert set(store_behind.signed_urls(["a", "b"], expires=HOUR)) == {"a", "b"}
        assert proxy.requests == []

    def test_of_keys_that_lead_out_are_refused(self, store: SupabaseStore) -> None:
        with pytest.raises(InvalidKeyError):
            store.signed_urls(["a", "../b"], expires=HOUR)


class TestSignedUploads:
    def test_take_one_object_without_a_key(self, store: SupabaseStore) -> None:
        upload = store.signed_upload(KEY)
        assert httpx.put(upload.url, content=b"miau").status_code == 200
        assert store.head(KEY).size == 4

    def test_replace_only_if_they_may(self, store: SupabaseStore) -> None:
        store.put("a", b"1")
        with pytest.raises(AlreadyExistsError):
            store.signed_upload("a")
        assert httpx.put(store.signed_upload("a", overwrite=True).url, content=b"22").status_code == 200


class TestImageUrls:
    """No image service stands behind the stand-in: what it says of a good address is that it could not fetch."""

    def test_carry_their_wishes(self, store: SupabaseStore) -> None:
        url = store.image_url("a b.png", width=100, height=50, resize="contain", quality=60, format="origin")
        parts = urlsplit(url)
        assert parts.path == f"/storage/v1/render/image/public/{store.place.bucket}/a%20b.png"
        assert parts.query == "width=100&height=50&resize=contain&quality=60&format=origin"

    def test_of_a_public_bucket_are_plain(self, supabase: SupabaseServer, store: SupabaseStore) -> None:
        supabase.project.make_bucket(store.place.bucket, public=True)
        store.put("a.png", b"1")
        assert httpx.get(store.image_url("a.png", width=9)).json()["message"] == "fetch failed"
        assert httpx.get(store.image_url("missing.png", width=9)).json()["error"] == "not_found"

    @pytest.mark.parametrize("key", ["a.png", KEY])
    def test_of_a_private_bucket_are_signed(self, supabase: SupabaseServer, store: SupabaseStore, key: str) -> None:
        store.put(key, b"1")
        url = store.image_url(key, width=9, expires=HOUR)
        assert httpx.get(url).json()["message"] == "fetch failed"
        assert httpx.get(url[:-4] + "AAAA").json()["error"] == "InvalidJWT"
        token = parse_qs(urlsplit(url).query)["token"][0]
        assert verified(token, supabase.project.jwt_secret)["transformations"] == "width:9"

    @pytest.mark.parametrize("wish", [{"resize": "crop"}, {"quality": 10}, {"quality": 101}])
    def test_of_what_is_not_done_are_refused(self, store: SupabaseStore, wish: dict[str, int]) -> None:
        with pytest.raises(ValueError, match=r"resizes|quality"):
            store.image_url("a.png", **wish)  # type: ignore[arg-type]


def test_a_token_is_that_of_the_standard() -> None:
    """The example of https://jwt.io, a token that every library agrees on."""
    claims = {"sub": "1234567890", "name": "John Doe", "iat": 1516239022}
    assert signed(claims, "your-256-bit-secret") == (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
        ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
        ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    )
