"""What a bucket policy lets people without credentials do, at a server that judges."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request

import pytest

from medialift.generate.bucket_policy import policy
from medialift.generate.scope import Scope
from tests.servers.s3server import S3Server


def anonymous(server: S3Server, path: str) -> int:
    """The status that somebody without credentials gets."""
    context = ssl.create_default_context(cafile=server.ca_file) if server.ca_file else None
    try:
        with urllib.request.urlopen(f"{server.endpoint_url}/{path}", context=context, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


@pytest.fixture
def bucket(ceph_tls: S3Server) -> str:
    made = ceph_tls.make_bucket()
    for key in ("media/public/a.txt", "media/private/a.txt", "media/public-not/a.txt"):
        ceph_tls.client().put_object(Bucket=made, Key=key, Body=b"a")
    return made


def test_only_the_named_folder_is_public_and_nobody_gets_a_list(ceph_tls: S3Server, bucket: str) -> None:
    assert anonymous(ceph_tls, f"{bucket}/media/public/a.txt") == 403
    made = policy(Scope(bucket, "media"), "media/public")
    ceph_tls.client().put_bucket_policy(Bucket=bucket, Policy=json.dumps(made))
    assert anonymous(ceph_tls, f"{bucket}/media/public/a.txt") == 200
    for path in ("media/private/a.txt", "media/public-not/a.txt", "", "?list-type=2&prefix=media/public/"):
        assert anonymous(ceph_tls, f"{bucket}/{path}") == 403, path


def test_everything_that_travels_in_the_clear_is_denied() -> None:
    """Ceph 16 knows ``aws:SecureTransport`` only where it is true, so no server here can show the refusal."""
    (statement,) = policy(Scope("pics", "media"))["Statement"]
    assert statement == {
        "Sid": "MedialiftOnlyOverTLS",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::pics", "arn:aws:s3:::pics/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
