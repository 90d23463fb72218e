"""Each rule of the stand-in for Supabase's S3 protocol, judged by boto3 as a client of it has to be set up.

All were measured on supabase/storage 1.70.6 (August 2026). The server behind checks no signatures.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from medialift.testing.s3_rules import as_supabase
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.testing.s3_rules.conftest import sdk_client, told


@pytest.fixture
def service(moto: S3Server) -> Iterator[FaultProxy]:
    with FaultProxy(moto, as_supabase()) as proxy:
        yield proxy


@pytest.fixture
def client(service: FaultProxy) -> Any:
    return service.server.client()


@pytest.fixture
def bucket(moto: S3Server, client: Any) -> str:
    made = moto.make_bucket()
    client.put_object(Bucket=made, Key="a.txt", Body=b"first", ContentType="text/plain", ContentEncoding="gzip")
    return made


def body_of(client: Any, bucket: str, key: str = "a.txt") -> bytes:
    return bytes(client.get_object(Bucket=bucket, Key=key)["Body"].read())


@pytest.mark.parametrize("condition", [{"IfNoneMatch": "*"}, {"IfMatch": '"abc"'}, {"ContentMD5": "A" * 22 + "=="}])
def test_conditions_and_digests_are_ignored(client: Any, bucket: str, condition: dict[str, str]) -> None:
    client.put_object(Bucket=bucket, Key="a.txt", Body=b"second", **condition)
    assert body_of(client, bucket) == b"second"


def test_headers_are_dropped(client: Any, bucket: str) -> None:
    assert "ContentEncoding" not in client.head_object(Bucket=bucket, Key="a.txt")


def test_an_empty_object_has_no_length(client: Any, bucket: str) -> None:
    client.put_object(Bucket=bucket, Key="empty", Body=b"")
    with pytest.raises(KeyError):
        client.head_object(Bucket=bucket, Key="empty")["ContentLength"]


def test_an_error_has_neither_code_nor_message_for_the_sdk(client: Any, bucket: str) -> None:
    with pytest.raises(ClientError) as caught:
        client.get_object(Bucket=bucket, Key="missing")
    assert told(caught.value) == (404, "")


@pytest.mark.parametrize("key", ["é.txt", "a%b", "a#b", "a~b", "a[b]"])
def test_a_key_outside_the_alphabet_is_refused(client: Any, bucket: str, key: str) -> None:
    with pytest.raises(ClientError) as caught:
        client.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert told(caught.value)[0] == 400


def test_another_region_is_a_wrong_signature(service: FaultProxy, bucket: str) -> None:
    with pytest.raises(ClientError) as caught:
        sdk_client(dataclasses.replace(service.server, region="eu-west-3")).get_object(Bucket=bucket, Key="a.txt")
    assert told(caught.value)[0] == 403


def test_a_batch_deletion_wants_a_content_type(client: Any, bucket: str) -> None:
    with pytest.raises(ClientError) as caught:
        client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a.txt"}]})
    assert told(caught.value)[0] == 400


def test_the_source_of_a_copy_is_not_decoded(client: Any, bucket: str) -> None:
    client.put_object(Bucket=bucket, Key="a b.txt", Body=b"x")
    with pytest.raises(ClientError) as caught:
        client.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "a b.txt"})
    assert told(caught.value)[0] == 404


class TestWhatFallsThrough:
    def test_versioning_is_always_suspended(self, client: Any, bucket: str) -> None:
        assert client.get_bucket_versioning(Bucket=bucket)["Status"] == "Suspended"

    def test_the_settings_of_a_bucket_are_read_as_a_listing(self, client: Any, bucket: str) -> None:
        assert not client.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
        assert "Versions" not in client.list_object_versions(Bucket=bucket)

    def test_a_setting_that_is_put_makes_the_bucket_anew(self, client: Any, bucket: str) -> None:
        with pytest.raises(ClientError) as caught:
            client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        assert told(caught.value)[0] == 409

    def test_a_setting_that_is_deleted_takes_the_empty_bucket_with_it(self, client: Any, bucket: str) -> None:
        client.delete_object(Bucket=bucket, Key="a.txt")
        client.delete_bucket_cors(Bucket=bucket)
        with pytest.raises(ClientError):
            client.head_bucket(Bucket=bucket)

    def test_tags_replace_the_object_and_take_it_with_them(self, client: Any, bucket: str) -> None:
        client.put_object_tagging(Bucket=bucket, Key="a.txt", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
        assert body_of(client, bucket).startswith(b"<")
        client.delete_object_tagging(Bucket=bucket, Key="a.txt")
        with pytest.raises(ClientError):
            client.head_object(Bucket=bucket, Key="a.txt")

    def test_a_version_is_ignored(self, client: Any, bucket: str) -> None:
        client.delete_object(Bucket=bucket, Key="a.txt", VersionId="bogus")
        with pytest.raises(ClientError):
            client.head_object(Bucket=bucket, Key="a.txt")
