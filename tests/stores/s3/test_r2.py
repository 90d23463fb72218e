"""The S3 drivers keep the contract on Cloudflare R2's differences from S3, with the data of R2 and nothing else."""

from __future__ import annotations

import dataclasses
import io
import uuid
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

import pytest

from medialift.errors import InvalidKeyError
from medialift.stores.base import ObjectStore
from medialift.stores.spec import StoreSpec
from medialift.testing.s3_rules import r2_rules
from tests.servers.proxy import FaultProxy
from tests.servers.rules import short_pages
from tests.servers.s3server import S3Server
from tests.stores.s3.known import MOTO_GAPS
from tests.stores.s3.on_server import OnServer


class OnR2(OnServer):
    """moto behind R2's rules. Writes of one key need no pause here: a second for each would take minutes."""

    server_fixture = "moto"
    page = 100
    checks_signatures = False
    known_gaps = MappingProxyType(
        {**MOTO_GAPS, "test_making_the_bucket_again_is_no_error": "moto knows no region auto to make a bucket in"}
    )

    @pytest.fixture
    def service(self, moto: S3Server) -> Iterator[FaultProxy]:
        with FaultProxy(moto, short_pages(self.page), *r2_rules(seconds_per_write=0)) as service:
            yield service

    @pytest.fixture
    def server(self, service: FaultProxy) -> S3Server:
        return dataclasses.replace(service.server, provider="r2", region="auto")

    @pytest.fixture
    def spec(self, server: S3Server, moto: S3Server, bucket_of: Callable[[S3Server], str]) -> StoreSpec:
        return server.spec(bucket_of(moto), f"some/ö {uuid.uuid4().hex}")


class TestOnR2(OnR2):
    def test_a_key_that_would_be_folded_is_refused_before_it_is_sent(
        self, service: FaultProxy, store: ObjectStore
    ) -> None:
        service.forget()
        with pytest.raises(InvalidKeyError, match="NFC"):
            store.put("e\u0301.jpg", b"x")
        assert service.count() == 0

    def test_no_upload_waits_for_leave_to_send_its_body(self, service: FaultProxy, store: ObjectStore) -> None:
        """The SDK would wait for a second each time: R2 does not answer Expect: 100-continue."""
        service.forget()
        store.put("a", io.BytesIO(b"x" * 3_000_000))
        assert [request.headers.get("expect") for request in service.requests if request.method == "PUT"] == [None]


@pytest.mark.prove
class TestBulkOnR2(OnR2):
    def open(self, spec: StoreSpec, **changes: Any) -> ObjectStore:
        return self.open_boto3(spec, **changes).bulk_lane(connections=8)
