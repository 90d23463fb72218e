from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import pytest

from medialift.providers import load_provider
from medialift.stores.spec import ApiKeys, Secret, StoreSpec
from medialift.stores.supabase import SupabaseStore
from medialift.testing.supabase import Project, SupabaseServer
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server

BUCKET = "media"
QUICK = MappingProxyType({"max_attempts": 3, "read_timeout": 20})


@pytest.fixture(scope="session")
def supabase() -> Iterator[SupabaseServer]:
    """One project for all tests that keep to a bucket of their own."""
    with SupabaseServer() as server:
        yield server


@pytest.fixture(scope="session")
def supabase_on_disk() -> Iterator[SupabaseServer]:
    """The same as people host it themselves."""
    with SupabaseServer(Project(hosted=False)) as server:
        yield server


@pytest.fixture
def bucket(supabase: SupabaseServer) -> str:
    return supabase.project.make_bucket(f"{BUCKET}-{uuid.uuid4().hex[:12]}").id


@pytest.fixture
def spec(supabase: SupabaseServer, bucket: str) -> StoreSpec:
    return spec_of(supabase, bucket)


@pytest.fixture
def store(spec: StoreSpec) -> Iterator[SupabaseStore]:
    store = opened(spec)
    yield store
    store.close()


@pytest.fixture
def proxy(supabase: SupabaseServer) -> Iterator[FaultProxy]:
    """The project behind something that counts and breaks."""
    with FaultProxy(as_upstream(supabase)) as proxy:
        yield proxy


@pytest.fixture
def store_behind(proxy: FaultProxy, spec: StoreSpec) -> Iterator[SupabaseStore]:
    store = opened(spec, endpoint_url=proxy.server.endpoint_url)
    yield store
    store.close()


def as_upstream(server: SupabaseServer) -> S3Server:
    """The stand-in in the form that the proxy takes; nothing of it speaks S3."""
    return S3Server("supabase", server.url, "", "")


def spec_of(server: SupabaseServer, bucket: str, prefix: str = "", **changes: Any) -> StoreSpec:
    keys = ApiKeys(service_key=Secret(server.project.service_key), jwt_secret=Secret(server.project.jwt_secret))
    fields: dict[str, Any] = {"prefix": prefix, "endpoint_url": server.url, "api_keys": keys, "client": QUICK}
    return StoreSpec("supabase", bucket, **{**fields, **changes})


def opened(spec: StoreSpec, **changes: Any) -> SupabaseStore:
    return SupabaseStore(dataclasses.replace(spec, **changes), load_provider("supabase"))


def keys_of_user(project: Project, subject: str) -> ApiKeys:
    return ApiKeys(api_key=Secret(project.anon_key), user_token=Secret(project.user_token(subject)))


def anon_keys(project: Project) -> ApiKeys:
    return ApiKeys(api_key=Secret(project.anon_key))
