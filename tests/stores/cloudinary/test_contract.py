"""The store keeps the contract on the stand-in, for what anybody may read and for what needs a signature."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections.abc import Iterator
from types import MappingProxyType
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from medialift.providers import load_provider
from medialift.stores.base import ObjectStore
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.spec import Credentials, Delivery, Secret, StoreSpec
from medialift.testing.cloudinary import CloudinaryServer
from medialift.testing.contract import CutOffService, StoreContract, ThrottledService
from tests.servers.proxy import Action, FaultProxy
from tests.servers.rules import cut_download
from tests.servers.s3request import Request
from tests.stores.cloudinary.conftest import as_upstream, opened, spec_of

NO_ETAGS_IN_LISTINGS = "listings tell the version and no ETag, which only the Upload API does"


class OnStandIn(StoreContract):
    known_gaps = MappingProxyType({"test_objects_are_described": NO_ETAGS_IN_LISTINGS})

    def key_in(self, url: str) -> str:
        """An image's address ends in its format; the API's own address names the file in its query."""
        asked = parse_qs(urlsplit(url).query).get("public_id")
        return f"/{asked[0]}" if asked else unquote(urlsplit(url).path).removesuffix(".jpg")

    @pytest.fixture
    def spec(self, cloudinary: CloudinaryServer) -> StoreSpec:
        return spec_of(cloudinary, f"some/folder (1) {uuid.uuid4().hex}")

    @pytest.fixture
    def store(self, spec: StoreSpec) -> CloudinaryStore:
        return opened(spec)

    @pytest.fixture
    def multipart_store(self, spec: StoreSpec) -> CloudinaryStore:
        provider = load_provider("cloudinary").traits
        return opened(spec, dataclasses.replace(provider, part_size=5_242_880, multipart_threshold=6_000_000))

    @pytest.fixture
    def secrets(self, cloudinary: CloudinaryServer) -> tuple[str, ...]:
        return (cloudinary.account.secret,)

    @pytest.fixture
    def store_with_wrong_credentials(self, spec: StoreSpec, cloudinary: CloudinaryServer) -> ObjectStore:
        return opened(spec, credentials=Credentials(cloudinary.account.key, Secret("another")))

    @pytest.fixture
    def store_without_bucket(self, spec: StoreSpec) -> ObjectStore:
        return opened(spec, container="no-such-cloud")

    @pytest.fixture
    def proxy(self, cloudinary: CloudinaryServer) -> Iterator[FaultProxy]:
        with FaultProxy(as_upstream(cloudinary)) as proxy:
            yield proxy

    @pytest.fixture
    def throttled_service(self, spec: StoreSpec, proxy: FaultProxy) -> ThrottledService:
        left, arrivals = [0], []

        def refuse(request: Request) -> Action | None:
            arrivals.append(time.monotonic())
            left[0] -= 1
            return too_many_requests() if left[0] >= 0 else None

        def set_left(count: int) -> None:
            left[0] = count

        proxy.rules.append(refuse)
        store = opened(spec, endpoint_url=proxy.server.endpoint_url)
        return ThrottledService(store, set_left, arrivals)

    @pytest.fixture
    def cut_off_service(self, spec: StoreSpec, proxy: FaultProxy) -> CutOffService:
        def cut(count: int) -> None:
            action = cut_download(count)
            proxy.rules.append(lambda request: action if is_download(request) else None)

        store = opened(spec, endpoint_url=proxy.server.endpoint_url)
        return CutOffService(store, cut)


def too_many_requests() -> Action:
    """429 without a time, as from a gateway: it comes as well as 420."""
    body = b'{"error":{"message":"Too many requests"}}'
    return lambda exchange: exchange.answer(429, {"Content-Type": "application/json"}, body)


def is_download(request: Request) -> bool:
    return request.method == "GET" and "/download" in request.target


class TestPublic(OnStandIn):
    """As on any account, for what anybody may read."""


@pytest.mark.prove
class TestAuthenticated(OnStandIn):
    """For what needs a signature; on an account that signs by SHA-256 and gives no parts of files."""

    @pytest.fixture
    def cloudinary(self, other_cloudinary: CloudinaryServer) -> CloudinaryServer:
        other_cloudinary.account.assets.clear()
        return other_cloudinary

    @pytest.fixture
    def spec(self, cloudinary: CloudinaryServer) -> StoreSpec:
        return spec_of(cloudinary, delivery=Delivery("authenticated", "sha256"))
