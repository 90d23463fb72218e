from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import pytest

from medialift.providers import load_provider
from medialift.stores.cloudinary import CloudinaryStore
from medialift.stores.spec import Credentials, Secret, StoreSpec
from medialift.testing.cloudinary import Account, CloudinaryServer
from medialift.types import Traits
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server

QUICK = MappingProxyType({"max_attempts": 3, "read_timeout": 20})
PNG = b"\x89PNG\r\n\x1a\n" + b"as far as a stand-in looks"
JPEG = b"\xff\xd8\xff\xe0" + b"as far as a stand-in looks"
MP4 = b"\0\0\0\x20ftypisom" + b"as far as a stand-in looks"
OPENED: list[CloudinaryStore] = []
ROOMY = {"image": 2**30, "video": 2**30, "raw": 2**30}


def account(**changes: Any) -> Account:
    """One whose plan has room, and whose hours are long."""
    return Account(**{"largest": dict(ROOMY), "admin_limit": 10**9, **changes})


@pytest.fixture(scope="session")
def cloudinary() -> Iterator[CloudinaryServer]:
    """One cloud for all tests that keep to a folder of their own."""
    with CloudinaryServer(account(distinct_versions=True)) as server:
        yield server


@pytest.fixture(scope="session")
def other_cloudinary() -> Iterator[CloudinaryServer]:
    """One that signs by SHA-256 and gives no parts of files."""
    with CloudinaryServer(account(distinct_versions=True, algorithm="sha256", honours_ranges=False)) as server:
        yield server


@pytest.fixture
def spec(cloudinary: CloudinaryServer) -> StoreSpec:
    return spec_of(cloudinary, f"some/folder (1) {uuid.uuid4().hex}")


@pytest.fixture
def store(spec: StoreSpec) -> CloudinaryStore:
    return opened(spec)


@pytest.fixture
def proxy(cloudinary: CloudinaryServer) -> Iterator[FaultProxy]:
    """The cloud behind something that counts and breaks."""
    with FaultProxy(as_upstream(cloudinary)) as proxy:
        yield proxy


@pytest.fixture
def store_behind(proxy: FaultProxy, spec: StoreSpec) -> CloudinaryStore:
    return opened(spec, endpoint_url=proxy.server.endpoint_url)


def as_upstream(server: CloudinaryServer) -> S3Server:
    """The stand-in in the form that the proxy takes; nothing of it speaks S3."""
    return S3Server("cloudinary", server.url, "", "")


def spec_of(server: CloudinaryServer, prefix: str = "", **changes: Any) -> StoreSpec:
    """A store of the stand-in, its CDN included."""
    account = server.account
    fields: dict[str, Any] = {
        "prefix": prefix,
        "endpoint_url": server.url,
        "credentials": Credentials(account.key, Secret(account.secret)),
        "custom_domain": server.host,
        "url_protocol": "http",
        "client": QUICK,
    }
    return StoreSpec("cloudinary", account.cloud, **{**fields, **changes})


def opened(spec: StoreSpec, traits: Traits | None = None, **changes: Any) -> CloudinaryStore:
    """A store that is closed at the end of the test."""
    store = CloudinaryStore(dataclasses.replace(spec, **changes), load_provider("cloudinary"), traits=traits)
    OPENED.append(store)
    return store


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()
