"""Each rule of the B2 stand-in, with the page that it comes from in its docstring, judged by boto3 as it comes.

The server behind is Ceph, which checks signatures: no rule may change what it is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from medialift.errors import InvalidKeyError
from medialift.stores import open_store
from medialift.testing.s3_rules import b2_rules
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.testing.s3_rules.conftest import sdk_client, told


@pytest.fixture(scope="module")
def bucket(ceph: S3Server) -> str:
    return ceph.make_bucket()


@pytest.fixture
def b2(ceph: S3Server) -> Iterator[FaultProxy]:
    with FaultProxy(ceph, *b2_rules()) as proxy:
        yield proxy


@pytest.fixture
def client(b2: FaultProxy) -> Any:
    return b2.server.client()


@pytest.mark.parametrize("condition", [{"IfNoneMatch": "*"}, {"IfMatch": '"abc"'}])
def test_a_condition_is_refused_with_501(client: Any, bucket: str, condition: dict[str, str]) -> None:
    """https://github.com/lance-format/lance/issues/5614, https://github.com/hashicorp/terraform/issues/37143"""
    with pytest.raises(ClientError) as caught:
        client.put_object(Bucket=bucket, Key="a", Body=b"x", **condition)
    assert told(caught.value) == (501, "NotImplemented")


def test_a_plain_write_and_a_conditional_read_are_not(client: Any, bucket: str) -> None:
    etag = client.put_object(Bucket=bucket, Key="plain", Body=b"x")["ETag"]
    assert client.get_object(Bucket=bucket, Key="plain", IfMatch=etag)["Body"].read() == b"x"


@pytest.mark.parametrize("key", ["a//b", "a/", "/a", "a\x01b", "a\x7fb", "k" * 251])
def test_names_are_refused(client: Any, bucket: str, key: str) -> None:
    """https://github.com/Backblaze/b2-sdk-python (check_b2_filename)"""
    with pytest.raises(ClientError) as caught:
        client.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert told(caught.value) == (400, "InvalidRequest")


@pytest.mark.parametrize("key", ["a//b", "k" * 251])
def test_medialift_knows_which_before_it_asks(b2: FaultProxy, bucket: str, key: str) -> None:
    store = open_store(b2.server.spec(bucket, provider="b2"))
    with pytest.raises(InvalidKeyError):
        store.put(key, b"x")
    assert b2.count() == 0
    store.close()


def test_what_is_missing_is_forbidden_to_a_restricted_key(ceph: S3Server, client: Any, bucket: str) -> None:
    """https://github.com/backblaze-labs/genblaze (connectors/s3)"""
    with pytest.raises(ClientError) as caught:
        client.head_object(Bucket=bucket, Key="missing")
    assert told(caught.value) == (403, "403")
    with FaultProxy(ceph, *b2_rules(restricted_key=False)) as open_to_all, pytest.raises(ClientError) as caught:
        open_to_all.server.client().head_object(Bucket=bucket, Key="missing")
    assert told(caught.value) == (404, "404")


def test_a_signature_of_version_2_is_refused(b2: FaultProxy, bucket: str) -> None:
    """https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api"""
    with pytest.raises(ClientError) as caught:
        sdk_client(b2.server, signature_version="s3").list_objects_v2(Bucket=bucket)
    assert told(caught.value) == (400, "InvalidRequest")


@pytest.mark.parametrize("method", ["get_bucket_policy", "get_public_access_block", "get_bucket_website"])
def test_what_is_not_there_is_not_implemented(client: Any, bucket: str, method: str) -> None:
    """https://www.backblaze.com/docs/cloud-storage-call-the-s3-compatible-api"""
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(Bucket=bucket)
    assert told(caught.value) == (501, "NotImplemented")


def test_versions_cannot_be_switched_off(client: Any, bucket: str) -> None:
    """https://www.backblaze.com/docs/cloud-storage-s3-compatible-app-keys"""
    with pytest.raises(ClientError) as caught:
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    assert told(caught.value) == (501, "NotImplemented")


def test_an_object_has_the_acl_of_its_bucket(client: Any, bucket: str) -> None:
    """https://www.backblaze.com/docs/cloud-storage-s3-compatible-api"""
    client.put_object(Bucket=bucket, Key="acl", Body=b"x", ACL="private")
    with pytest.raises(ClientError) as caught:
        client.put_object(Bucket=bucket, Key="acl", Body=b"x", ACL="public-read")
    assert told(caught.value) == (400, "InvalidArgument")
