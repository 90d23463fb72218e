"""The S3 drivers keep the contract on Backblaze B2's differences from S3, with the data of B2 and nothing else."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from medialift.stores.base import ObjectStore
from medialift.stores.spec import StoreSpec
from medialift.testing.s3_rules import b2_rules
from tests.servers.proxy import FaultProxy
from tests.servers.rules import short_pages
from tests.servers.s3server import S3Server
from tests.stores.s3.on_server import OnServer


class OnB2(OnServer):
    """A server behind B2's rules, with a bucket that keeps every version, as all of B2's do."""

    @pytest.fixture
    def service(self, request: pytest.FixtureRequest) -> Iterator[FaultProxy]:
        behind: S3Server = request.getfixturevalue(self.server_fixture)
        pages = () if self.checks_signatures else (short_pages(self.page),)
        with FaultProxy(behind, *pages, *b2_rules()) as service:
            yield service

    @pytest.fixture
    def server(self, service: FaultProxy) -> S3Server:
        return dataclasses.replace(service.server, provider="b2")

    @pytest.fixture
    def bucket(self, request: pytest.FixtureRequest) -> str:
        behind: S3Server = request.getfixturevalue(self.server_fixture)
        made = behind.make_bucket()
        behind.client().put_bucket_versioning(Bucket=made, VersioningConfiguration={"Status": "Enabled"})
        return made

    @pytest.fixture
    def spec(self, server: S3Server, bucket: str) -> StoreSpec:
        return server.spec(bucket, f"some/ö {uuid.uuid4().hex}")


class TestOnB2(OnB2):
    server_fixture = "moto"
    page = 100
    checks_signatures = False

    def test_nothing_is_ever_sent_with_a_condition(self, service: FaultProxy, store: ObjectStore) -> None:
        assert (store.traits.atomic_create, store.traits.atomic_multipart_create) == (False, False)
        store.put("a", b"x")
        assert not [request for request in service.requests if "if-none-match" in request.headers]


@pytest.mark.prove
class TestOnB2WithSignatures(OnB2):
    server_fixture = "ceph"


@pytest.mark.prove
class TestBulkOnB2(OnB2):
    server_fixture = "moto"
    page = 100
    checks_signatures = False

    def open(self, spec: StoreSpec, **changes: Any) -> ObjectStore:
        return self.open_boto3(spec, **changes).bulk_lane(connections=8)
