from __future__ import annotations

import re
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.servers import ceph as ceph_server
from tests.servers import moto as moto_server
from tests.servers import rclone as rclone_server
from tests.servers.s3server import Limits, S3Server


def test_a_server_keeps_what_it_is_given(s3_server: S3Server) -> None:
    bucket, client = s3_server.make_bucket(), s3_server.client()

    client.put_object(Bucket=bucket, Key="häuser/a b+c.jpg", Body=b"bytes")

    assert client.get_object(Bucket=bucket, Key="häuser/a b+c.jpg")["Body"].read() == b"bytes"
    assert s3_server.endpoint_url.startswith("https:" if s3_server.ca_file else "http:")


def test_buckets_are_new_and_empty(s3_server: S3Server) -> None:
    first, second = s3_server.make_bucket(), s3_server.make_bucket()

    assert first != second
    assert s3_server.client().list_objects_v2(Bucket=first).get("Contents", []) == []


def test_a_spec_names_the_server_and_no_secret(moto_tls: S3Server) -> None:
    spec = moto_tls.spec("bucket", "media", custom_domain="cdn.example.com")

    assert (spec.endpoint_url, spec.container, spec.prefix) == (moto_tls.endpoint_url, "bucket", "media")
    assert spec.custom_domain == "cdn.example.com"
    assert spec.client["verify"] == moto_tls.ca_file
    assert moto_tls.secret_access_key not in f"{spec!r} {moto_tls!r}"


def test_ceph_keeps_accounts_apart(ceph: S3Server) -> None:
    bucket = ceph.make_bucket()

    with pytest.raises(ClientError, match="AccessDenied"):
        ceph.as_other_account().client().list_objects_v2(Bucket=bucket)


def test_ceph_refuses_a_body_that_is_not_the_signed_one(ceph: S3Server) -> None:
    with pytest.raises(ClientError, match=re.compile("XAmzContentSHA256Mismatch|BadDigest")):
        ceph.client().put_object(
            Bucket=ceph.make_bucket(), Key="key", Body=b"bytes", ContentMD5="AAAAAAAAAAAAAAAAAAAAAA=="
        )


@pytest.mark.parametrize(
    ("name", "limits"),
    [("moto", moto_server.LIMITS), ("rclone", rclone_server.LIMITS), ("Ceph", ceph_server.LIMITS)],
)
def test_contributors_read_what_each_server_cannot_show(name: str, limits: Limits) -> None:
    page = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = page.partition(f"No test against **{name}**")[2].partition("\n\nNo ")[0]

    assert re.findall(r"^- (.*)$", section, flags=re.MULTILINE) == list(limits.cannot_show)
