"""Objects that are encrypted with a key of AWS KMS: the key's id goes with every upload, by every driver."""

from __future__ import annotations

import dataclasses

import pytest

from medialift.conf import resolve
from medialift.stores.base import ObjectStore
from medialift.stores.spec import StoreSpec
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.stores.s3.conftest import open_on_moto
from tests.stores.s3.known import SMALLEST_PART

ARN = "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"


@pytest.fixture
def spec(spec: StoreSpec) -> StoreSpec:
    """The option, as a site writes it."""
    options = resolve({"bucket": "b", "kms_key_id": ARN}, {}).spec.object_parameters
    return dataclasses.replace(spec, object_parameters=options)


@pytest.mark.parametrize("size", [3, SMALLEST_PART + 1], ids=["in one piece", "in parts"])
@pytest.mark.parametrize("if_absent", [False, True])
def test_the_key_goes_with_every_upload(
    store: ObjectStore, spec: StoreSpec, proxy: FaultProxy, moto: S3Server, size: int, if_absent: bool
) -> None:
    store.put("a.bin", b"x" * size, if_absent=if_absent)
    found = moto.client().head_object(Bucket=spec.container, Key=f"{spec.prefix}/a.bin")
    assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", ARN)
    creating = [request for request in proxy.requests if "x-amz-server-side-encryption" in request.headers]
    assert {request.operation for request in creating} <= {"PutObject", "CreateMultipartUpload"}
    assert [request.headers["x-amz-server-side-encryption-aws-kms-key-id"] for request in creating] == [ARN]


def test_an_etag_that_is_no_md5_proves_nothing(spec: StoreSpec) -> None:
    """Amazon's ETag of such an object is not the MD5 of its bytes."""
    store = open_on_moto(spec)
    assert store.put("a", b"x").opaque
    store.close()
