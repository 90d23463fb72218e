"""The store keeps the contract on the stand-in, as hosted and as on a disk."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Iterator
from types import MappingProxyType

import pytest

from medialift.stores.base import ObjectStore
from medialift.stores.spec import ApiKeys, Secret, StoreSpec
from medialift.stores.supabase import SupabaseStore
from medialift.testing.contract import CutOffService, StoreContract, ThrottledService
from medialift.testing.supabase import Project, SupabaseServer
from tests.servers.proxy import Action, FaultProxy
from tests.servers.rules import cut_download
from tests.servers.s3request import Request
from tests.stores.supabase.conftest import as_upstream, opened, spec_of


class OnStandIn(StoreContract):
    @pytest.fixture
    def spec(self, supabase: SupabaseServer, bucket: str) -> StoreSpec:
        return spec_of(supabase, bucket, f"some/folder (1) {uuid.uuid4().hex}")

    @pytest.fixture
    def store(self, spec: StoreSpec) -> Iterator[SupabaseStore]:
        store = opened(spec)
        yield store
        store.close()

    @pytest.fixture
    def secrets(self, supabase: SupabaseServer) -> tuple[str, ...]:
        return (supabase.project.service_key, supabase.project.jwt_secret)

    @pytest.fixture
    def store_with_wrong_credentials(self, spec: StoreSpec) -> Iterator[ObjectStore]:
        of_another_project = ApiKeys(service_key=Secret(Project().service_key))
        store = opened(spec, api_keys=of_another_project)
        yield store
        store.close()

    @pytest.fixture
    def store_without_bucket(self, spec: StoreSpec) -> Iterator[ObjectStore]:
        store = opened(spec, container="no-such-bucket")
        yield store
        store.close()

    @pytest.fixture
    def proxy(self, supabase: SupabaseServer) -> Iterator[FaultProxy]:
        with FaultProxy(as_upstream(supabase)) as proxy:
            yield proxy

    @pytest.fixture
    def throttled_service(self, spec: StoreSpec, proxy: FaultProxy) -> Iterator[ThrottledService]:
        left, arrivals = [0], []

        def refuse(request: Request) -> Action | None:
            arrivals.append(time.monotonic())
            left[0] -= 1
            return too_many_connections() if left[0] >= 0 else None

        def set_left(count: int) -> None:
            left[0] = count

        proxy.rules.append(refuse)
        store = opened(spec, endpoint_url=proxy.server.endpoint_url)
        yield ThrottledService(store, set_left, arrivals)
        store.close()

    @pytest.fixture
    def cut_off_service(self, spec: StoreSpec, proxy: FaultProxy) -> Iterator[CutOffService]:
        def cut(count: int) -> None:
            action = cut_download(count)
            proxy.rules.append(lambda request: action if is_download(request) else None)

        store = opened(spec, endpoint_url=proxy.server.endpoint_url)
        yield CutOffService(store, cut)
        store.close()


def too_many_connections() -> Action:
    """The throttling answer, whose HTTP status tells it too (supabase.md §1)."""
    body = b'{"statusCode":"429","error":"too_many_connections","message":"Too many connections","code":"SlowDown"}'
    return lambda exchange: exchange.answer(429, {"Content-Type": "application/json"}, body)


def is_download(request: Request) -> bool:
    return request.method == "GET" and request.target.startswith("/storage/v1/object/authenticated/")


class TestHosted(OnStandIn):
    """As on supabase.com: large and resumable uploads have ETags that say nothing."""


@pytest.mark.prove
class TestOnADisk(OnStandIn):
    """As self-hosted with the file backend: every ETag is an MD5. With a newer key, and without the JWT secret."""

    known_gaps = MappingProxyType(
        {"test_a_signed_url_names_the_object_and_no_secret": "the service, asked to sign, signs only what exists"}
    )

    @pytest.fixture
    def supabase(self, supabase_on_disk: SupabaseServer) -> SupabaseServer:
        return supabase_on_disk

    @pytest.fixture
    def spec(self, supabase: SupabaseServer, bucket: str) -> StoreSpec:
        keys = ApiKeys(service_key=Secret(supabase.project.secret_key))
        return dataclasses.replace(spec_of(supabase, bucket), api_keys=keys)

    @pytest.fixture
    def secrets(self, supabase: SupabaseServer) -> tuple[str, ...]:
        return (supabase.project.secret_key,)
