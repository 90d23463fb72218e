"""The contract of a store, run on one real S3 server."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import pytest

from medialift.providers import load_provider
from medialift.stores.base import ObjectStore
from medialift.stores.s3 import S3Store
from medialift.stores.spec import Credentials, Secret, StoreSpec
from medialift.testing.contract import CutOffService, StoreContract, ThrottledService
from tests.servers.proxy import FaultProxy
from tests.servers.rules import cut_download, only_region, slow_down, when
from tests.servers.s3server import S3Server
from tests.stores.s3.known import SMALLEST_PART

ELSEWHERE = "eu-central-1"


class OnServer(StoreContract):
    """Subclasses name the fixture of a server, and what is known of it."""

    server_fixture: ClassVar[str]
    promises: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    """Traits of this server that differ from those of its provider's data."""
    checks_signatures: ClassVar[bool] = True

    @pytest.fixture
    def server(self, request: pytest.FixtureRequest) -> S3Server:
        server: S3Server = request.getfixturevalue(self.server_fixture)
        return server

    @pytest.fixture
    def spec(self, server: S3Server, bucket_of: Callable[[S3Server], str]) -> StoreSpec:
        return server.spec(bucket_of(server), f"some/ö {uuid.uuid4().hex}")

    def open(self, spec: StoreSpec, **changes: Any) -> ObjectStore:
        """The driver that is tested; *changes* are traits."""
        return self.open_boto3(spec, **changes)

    def open_boto3(self, spec: StoreSpec, **changes: Any) -> S3Store:
        provider = load_provider(spec.provider)
        traits = dataclasses.replace(provider.traits, **{**self.promises, **changes})
        return S3Store(spec, provider, traits=traits)

    @pytest.fixture
    def store(self, spec: StoreSpec) -> Iterator[ObjectStore]:
        store = self.open(spec)
        yield store
        store.close()

    @pytest.fixture
    def multipart_store(self, spec: StoreSpec) -> Iterator[ObjectStore]:
        store = self.open(spec, part_size=SMALLEST_PART, multipart_threshold=SMALLEST_PART)
        yield store
        store.close()

    @pytest.fixture
    def secrets(self, server: S3Server) -> tuple[str, ...]:
        return (server.secret_access_key,)

    @pytest.fixture
    def store_with_wrong_credentials(self, spec: StoreSpec, server: S3Server) -> ObjectStore:
        if not self.checks_signatures:
            pytest.skip("this server takes any credentials")
        wrong = Credentials(server.access_key_id, Secret("wrong-secret-0123456789-abcdefghijklmno"))
        return self.open(dataclasses.replace(spec, credentials=wrong))

    @pytest.fixture
    def store_without_bucket(self, spec: StoreSpec) -> ObjectStore:
        return self.open(dataclasses.replace(spec, container="test-no-such-bucket"))

    @pytest.fixture
    def proxy(self, server: S3Server) -> Iterator[FaultProxy]:
        if server.ca_file:
            pytest.skip("the proxy speaks http: the tests of the same server without TLS show this")
        with FaultProxy(server) as proxy:
            yield proxy

    def open_behind(self, proxy: FaultProxy, spec: StoreSpec, **client: Any) -> ObjectStore:
        client = {**spec.client, **client}
        return self.open(dataclasses.replace(spec, endpoint_url=proxy.server.endpoint_url, client=client))

    @pytest.fixture
    def store_with_wrong_region(self, spec: StoreSpec, proxy: FaultProxy) -> Iterator[ObjectStore]:
        proxy.rules.append(only_region(ELSEWHERE))
        store = self.open_behind(proxy, spec)
        yield store
        store.close()

    @pytest.fixture
    def throttled_service(self, spec: StoreSpec, proxy: FaultProxy) -> Iterator[ThrottledService]:
        left, arrivals = [0], []

        def refuse(request: Any) -> Any:
            arrivals.append(time.monotonic())
            left[0] -= 1
            return slow_down() if left[0] >= 0 else None

        def set_left(count: int) -> None:
            left[0] = count

        proxy.rules.append(refuse)
        store = self.open_behind(proxy, spec, max_attempts=3)
        yield ThrottledService(store, set_left, arrivals)
        store.close()

    @pytest.fixture
    def cut_off_service(self, spec: StoreSpec, proxy: FaultProxy) -> Iterator[CutOffService]:
        store = self.open_behind(proxy, spec)
        yield CutOffService(store, lambda count: proxy.rules.append(when(cut_download(count), operation="GetObject")))
        store.close()
