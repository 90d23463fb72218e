"""Each rule of the R2 stand-in, with the page that it comes from in its docstring, judged by boto3 as it comes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from medialift.stores import open_store
from medialift.testing.s3_rules import r2_rules
from medialift.testing.s3_rules.r2 import looks_like_bad_credentials, one_write_per_key, refuses_trailers
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.servers.tls import Certificate
from tests.testing.s3_rules.conftest import sdk_client, told

NFD, NFC = "e\u0301te\u0301.jpg", "été.jpg"
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def bucket(moto: S3Server) -> str:
    return moto.make_bucket()


def as_r2(proxy: FaultProxy) -> S3Server:
    return dataclasses.replace(proxy.server, provider="r2", region="auto")


@pytest.fixture
def r2(moto: S3Server) -> Iterator[S3Server]:
    with FaultProxy(moto, *r2_rules(seconds_per_write=0)) as proxy:
        yield as_r2(proxy)


@pytest.fixture
def client(r2: S3Server) -> Any:
    return r2.client()


class TestTrailingChecksums:
    """https://developers.cloudflare.com/r2/api/s3/api/, https://github.com/cloudflare/cloudflare-docs/pull/19236"""

    @pytest.fixture
    def over_tls(self, moto: S3Server, certificate: Certificate) -> Iterator[S3Server]:
        with FaultProxy(moto, *r2_rules(seconds_per_write=0), certificate=certificate) as proxy:
            yield as_r2(proxy)

    def test_the_sdks_default_over_tls_is_refused(self, over_tls: S3Server, bucket: str) -> None:
        with pytest.raises(ClientError) as caught:
            sdk_client(over_tls).put_object(Bucket=bucket, Key="a", Body=b"x")
        assert told(caught.value) == (501, "NotImplemented")
        assert "x-amz-checksum-crc32" in str(caught.value)

    def test_medialift_sends_none(self, over_tls: S3Server, bucket: str, tmp_path: Path) -> None:
        store = open_store(over_tls.spec(bucket, "tls"))
        large = tmp_path / "large"
        large.write_bytes(b"x" * (17 * MIB))
        store.put("a", b"x", if_absent=True)
        with large.open("rb") as body:
            store.put("b", body, if_absent=True)
        assert list(store.delete_many(["a", "b"])) == []
        assert list(store.list()) == []
        store.close()

    def test_it_can_look_like_bad_credentials(self, moto: S3Server, certificate: Certificate, bucket: str) -> None:
        """https://github.com/amd/gaia/pull/3029"""
        rule = refuses_trailers(looks_like_bad_credentials())
        with FaultProxy(moto, rule, certificate=certificate) as proxy, pytest.raises(ClientError) as caught:
            sdk_client(proxy.server).put_object(Bucket=bucket, Key="a", Body=b"x")
        assert told(caught.value) == (401, "Unauthorized")


def test_a_condition_is_honoured(client: Any, bucket: str) -> None:
    """https://developers.cloudflare.com/r2/api/s3/conditional-operations/"""
    client.put_object(Bucket=bucket, Key="taken", Body=b"x", IfNoneMatch="*")
    with pytest.raises(ClientError) as caught:
        client.put_object(Bucket=bucket, Key="taken", Body=b"y", IfNoneMatch="*")
    assert told(caught.value) == (412, "PreconditionFailed")


class TestKeys:
    """https://developers.cloudflare.com/r2/reference/unicode-interoperability/"""

    def test_are_listed_in_form_nfc_whatever_was_written(self, client: Any, moto: S3Server) -> None:
        bucket = moto.make_bucket()
        client.put_object(Bucket=bucket, Key=NFD, Body=b"x")
        listed = [entry["Key"] for entry in client.list_objects_v2(Bucket=bucket)["Contents"]]
        assert listed == [NFC]
        assert [entry["Key"] for entry in client.list_objects_v2(Bucket=bucket, Prefix=NFD)["Contents"]] == [NFC]

    def test_of_two_forms_are_one(self, client: Any, moto: S3Server) -> None:
        bucket = moto.make_bucket()
        client.put_object(Bucket=bucket, Key=NFD, Body=b"first")
        client.put_object(Bucket=bucket, Key=NFC, Body=b"second")
        assert client.get_object(Bucket=bucket, Key=NFD)["Body"].read() == b"second"
        client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": NFD}, {"Key": "other & <more>"}]})
        assert "Contents" not in client.list_objects_v2(Bucket=bucket)


class TestParts:
    """https://developers.cloudflare.com/r2/objects/multipart-objects/"""

    @pytest.mark.parametrize(
        ("sizes", "refused"),
        [
            ((5 * MIB, 5 * MIB, 1), False),
            ((5 * MIB, 1), False),
            ((1,), False),
            ((5 * MIB, 5 * MIB + 1, 1), True),
            ((6 * MIB, 5 * MIB, 1), True),
        ],
    )
    def test_but_the_last_have_one_length(
        self, client: Any, bucket: str, sizes: tuple[int, ...], refused: bool
    ) -> None:
        place: Any = {"Bucket": bucket, "Key": "parts"}
        place["UploadId"] = client.create_multipart_upload(**place)["UploadId"]
        sent = [client.upload_part(PartNumber=n, Body=b"x" * size, **place) for n, size in enumerate(sizes, 1)]
        parts = {"Parts": [{"PartNumber": n, "ETag": part["ETag"]} for n, part in enumerate(sent, 1)]}
        if not refused:
            assert client.complete_multipart_upload(MultipartUpload=parts, **place)["ETag"].endswith(f'-{len(sizes)}"')
            return
        with pytest.raises(ClientError) as caught:
            client.complete_multipart_upload(MultipartUpload=parts, **place)
        assert told(caught.value) == (400, "InvalidPart")

    def test_that_were_sent_again_count_as_they_were_sent_last(self, client: Any, bucket: str) -> None:
        place: Any = {"Bucket": bucket, "Key": "again"}
        place["UploadId"] = client.create_multipart_upload(**place)["UploadId"]
        client.upload_part(PartNumber=1, Body=b"x" * (6 * MIB), **place)
        sent = [client.upload_part(PartNumber=n, Body=b"x" * 5 * MIB, **place) for n in (1, 2, 3)]
        parts = {"Parts": [{"PartNumber": n, "ETag": part["ETag"]} for n, part in enumerate(sent, 1)]}
        assert client.complete_multipart_upload(MultipartUpload=parts, **place)


class TestWhatIsNotThere:
    """https://developers.cloudflare.com/r2/api/s3/api/"""

    @pytest.mark.parametrize(
        "method",
        [
            "get_bucket_versioning", "get_public_access_block", "get_bucket_policy", "get_bucket_policy_status",
            "get_bucket_acl", "get_bucket_notification_configuration", "get_bucket_ownership_controls",
            "get_object_lock_configuration", "get_bucket_tagging", "get_bucket_website", "get_bucket_logging",
            "get_bucket_replication", "list_object_versions",
        ],
    )  # fmt: skip
    def test_is_not_implemented(self, client: Any, bucket: str, method: str) -> None:
        with pytest.raises(ClientError) as caught:
            getattr(client, method)(Bucket=bucket)
        assert told(caught.value) == (501, "NotImplemented")

    def test_an_encryption_can_be_read_and_not_set(self, client: Any, bucket: str) -> None:
        (told_rule,) = client.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        assert told_rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        with pytest.raises(ClientError) as caught:
            client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        assert told(caught.value) == (501, "NotImplemented")

    @pytest.mark.parametrize("more", [{"ACL": "private"}, {"Tagging": "a=b"}, {"ExpectedBucketOwner": "123456789012"}])
    def test_an_objects_header_is_not_implemented(self, client: Any, bucket: str, more: dict[str, str]) -> None:
        with pytest.raises(ClientError) as caught:
            client.put_object(Bucket=bucket, Key="a", Body=b"x", **more)
        assert told(caught.value) == (501, "NotImplemented")
        assert "Header 'x-amz-" in str(caught.value)

    def test_neither_are_forms(self, r2: S3Server, bucket: str) -> None:
        """https://developers.cloudflare.com/r2/api/s3/presigned-urls/"""
        import urllib.error
        import urllib.request

        form = urllib.request.Request(f"{r2.endpoint_url}/{bucket}", data=b"--x--", method="POST")
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(form)
        with caught.value as answer:
            assert answer.code == 501


class TestWritesOfOneKey:
    """https://developers.cloudflare.com/r2/platform/limits/, https://developers.cloudflare.com/r2/api/error-codes/"""

    def test_come_once_a_second(self, moto: S3Server, bucket: str) -> None:
        now = [100.0]
        with FaultProxy(moto, one_write_per_key(1, lambda: now[0])) as proxy:
            client: Any = proxy.server.client()
            client.put_object(Bucket=bucket, Key="manifest", Body=b"1")
            client.put_object(Bucket=bucket, Key="another", Body=b"1")
            with pytest.raises(ClientError) as caught:
                client.put_object(Bucket=bucket, Key="manifest", Body=b"2")
            assert told(caught.value) == (429, "TooManyRequests")
            now[0] += 1
            client.put_object(Bucket=bucket, Key="manifest", Body=b"2")
            assert client.get_object(Bucket=bucket, Key="manifest")["Body"].read() == b"2"

    def test_medialift_waits_its_turn(self, moto: S3Server, bucket: str) -> None:
        """The SDK itself does not try again after this answer."""
        with FaultProxy(moto, *r2_rules()) as proxy:
            store = open_store(as_r2(proxy).spec(bucket, "turn"))
            for body in (b"1", b"2", b"3"):
                store.put("manifest", body)
            with store.get("manifest") as opened:
                assert opened.read() == b"3"
            store.close()


@pytest.mark.parametrize(("region", "refused"), [("auto", False), ("weur", False), ("us-east-1", False), ("eu", True)])
def test_regions_are_its_own(moto: S3Server, bucket: str, region: str, refused: bool) -> None:
    """https://github.com/jeessy2/backup-x/issues/127"""
    with FaultProxy(moto, *r2_rules(seconds_per_write=0)) as proxy:
        client: Any = dataclasses.replace(proxy.server, region=region).client()
        if not refused:
            client.put_object(Bucket=bucket, Key="region", Body=b"x")
            return
        with pytest.raises(ClientError) as caught:
            client.put_object(Bucket=bucket, Key="region", Body=b"x")
    assert told(caught.value) == (400, "InvalidRegionName")
