from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

import pytest

from medialift.providers import load_provider
from medialift.stores.base import ObjectStore
from medialift.stores.s3 import S3Store
from medialift.stores.spec import StoreSpec
from medialift.testing.proxy import Request
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.stores.s3.known import MOTO, SMALLEST_PART

BucketOf = Callable[[S3Server], str]


@pytest.fixture(scope="session")
def bucket_of() -> BucketOf:
    """One bucket of each server, shared by all tests that keep to a prefix of their own."""
    made: dict[str, str] = {}

    def bucket_of(server: S3Server) -> str:
        if server.endpoint_url not in made:
            made[server.endpoint_url] = server.make_bucket()
        return made[server.endpoint_url]

    return bucket_of


@pytest.fixture(params=["moto", "ceph", "rclone"])
def real_server(request: pytest.FixtureRequest) -> S3Server:
    server: S3Server = request.getfixturevalue(request.param)
    return server


def by_driver(request: Request) -> bool:
    """Whether boto3 has sent *request*."""
    return "boto" in request.headers.get("user-agent", "").lower()


@pytest.fixture
def proxy(moto: S3Server) -> Iterator[FaultProxy]:
    """moto, which honours every condition, behind a proxy that counts and breaks."""
    with FaultProxy(moto) as proxy:
        yield proxy


@pytest.fixture
def spec(proxy: FaultProxy, bucket_of: BucketOf, moto: S3Server) -> StoreSpec:
    """A new prefix behind the proxy; requests are sent up to three times."""
    client = MappingProxyType({"max_attempts": 3, "read_timeout": 20})
    return proxy.server.spec(bucket_of(moto), uuid.uuid4().hex, client=client)


@pytest.fixture
def boto3_store(spec: StoreSpec) -> Iterator[S3Store]:
    store = open_on_moto(spec)
    yield store
    store.close()


@pytest.fixture(params=["boto3", "obstore"])
def store(request: pytest.FixtureRequest, boto3_store: S3Store) -> ObjectStore:
    """Both drivers in turn."""
    return boto3_store if request.param == "boto3" else boto3_store.bulk_lane(connections=4)


def open_on_moto(spec: StoreSpec, **traits: Any) -> S3Store:
    provider = load_provider(spec.provider)
    known = {"part_size": SMALLEST_PART, "multipart_threshold": SMALLEST_PART, **MOTO, **traits}
    return S3Store(spec, provider, traits=dataclasses.replace(provider.traits, **known))
