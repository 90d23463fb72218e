"""With both keys set, a public bucket is read with the one that everybody may have."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from medialift.errors import NotFoundError
from medialift.stores.spec import Secret, StoreSpec
from medialift.stores.supabase import SupabaseStore
from medialift.testing.contract.bodies import fetch, keys_of
from medialift.testing.supabase import Project, SupabaseServer
from tests.servers.proxy import FaultProxy
from tests.stores.supabase.conftest import opened

READS = ("object/authenticated", "object/info")


@pytest.fixture(params=["token", "newer key"])
def anybody(request: pytest.FixtureRequest, supabase: SupabaseServer) -> str:
    project = supabase.project
    return project.anon_key if request.param == "token" else project.publishable_key


@pytest.fixture
def store(proxy: FaultProxy, spec: StoreSpec, anybody: str) -> Iterator[SupabaseStore]:
    """One with both keys, on a bucket that is still private and holds ``a``."""
    keys = dataclasses.replace(spec.api_keys, api_key=Secret(anybody), jwt_secret=None)
    store = opened(spec, api_keys=keys, endpoint_url=proxy.server.endpoint_url)
    store.put("a", b"miau")
    proxy.forget()
    yield store
    store.close()


@pytest.fixture
def public(supabase: SupabaseServer, bucket: str) -> None:
    supabase.project.make_bucket(bucket, public=True)


def readers(proxy: FaultProxy) -> set[str]:
    """The keys that objects were read with since the proxy last forgot."""
    reads = [r for r in proxy.requests if r.method == "GET" and any(f"/{action}/" in r.target for action in READS)]
    return {request.headers["apikey"] for request in reads}


def read(store: SupabaseStore) -> None:
    assert fetch(store, "a") == b"miau"
    assert store.head("a").size == 4
    with store.get("a", start=1, length=0) as nothing:
        assert dict(nothing.info.headers.metadata) == {}


@pytest.mark.usefixtures("public")
class TestOfAPublicBucket:
    def test_every_read_goes_with_the_key_for_everybody(
        self, proxy: FaultProxy, store: SupabaseStore, anybody: str
    ) -> None:
        read(store)
        assert readers(proxy) == {anybody}

    def test_whether_it_is_public_is_asked_once(self, proxy: FaultProxy, store: SupabaseStore) -> None:
        read(store)
        read(store)
        assert sum("/bucket/" in request.target for request in proxy.requests) == 1

    def test_lists_writes_and_deletions_go_with_the_service_key(
        self, proxy: FaultProxy, store: SupabaseStore, supabase: SupabaseServer
    ) -> None:
        store.put("b", b"1")
        assert keys_of(store) == ["a", "b"]
        store.delete("b")
        assert {request.headers["apikey"] for request in proxy.requests} == {supabase.project.service_key}

    def test_what_is_missing_is_missing(self, store: SupabaseStore) -> None:
        for call in (lambda: store.head("b"), lambda: store.get("b")):
            with pytest.raises(NotFoundError):
                call()

    def test_one_that_becomes_private_is_read_with_the_service_key_from_then_on(
        self, proxy: FaultProxy, store: SupabaseStore, supabase: SupabaseServer, bucket: str
    ) -> None:
        read(store)
        supabase.project.make_bucket(bucket, public=False)
        read(store)
        proxy.forget()
        read(store)
        assert readers(proxy) == {supabase.project.service_key}

    def test_a_wrong_key_for_everybody_costs_one_request_and_no_file(
        self, proxy: FaultProxy, store: SupabaseStore, spec: StoreSpec, supabase: SupabaseServer
    ) -> None:
        stranger = Secret(Project(jwt_secret="another project's, thirty-two bytes").anon_key)
        keys = dataclasses.replace(spec.api_keys, api_key=stranger)
        mistaken = opened(spec, api_keys=keys, endpoint_url=proxy.server.endpoint_url)
        read(mistaken)
        proxy.forget()
        read(mistaken)
        assert readers(proxy) == {supabase.project.service_key}
        mistaken.close()


class TestOfAPrivateBucket:
    def test_every_read_goes_with_the_service_key(
        self, proxy: FaultProxy, store: SupabaseStore, supabase: SupabaseServer
    ) -> None:
        read(store)
        assert readers(proxy) == {supabase.project.service_key}


@pytest.mark.usefixtures("public")
def test_no_key_reaches_a_log_an_address_or_an_error(
    store: SupabaseStore, supabase: SupabaseServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        read(store)
        texts = [store.public_url("a"), store.signed_url("a", expires=timedelta(hours=1)), repr(store)]
        texts.append(store.image_url("a", width=10))
        with pytest.raises(NotFoundError) as caught:
            store.head("b")
    texts += [str(caught.value), repr(caught.value.__cause__), caplog.text]
    for key in (supabase.project.service_key, supabase.project.secret_key, supabase.project.jwt_secret):
        assert not any(key in text for text in texts)
