from __future__ import annotations

import pytest

from medialift.conf import resolve
from medialift.conf.endpoints import provider_of


@pytest.mark.parametrize(
    ("endpoint", "provider"),
    [
        (None, "s3"),
        ("https://s3.eu-west-1.amazonaws.com", "s3"),
        ("https://s3.amazonaws.com/", "s3"),
        ("https://bucket.s3.cn-north-1.amazonaws.com.cn", "s3"),
        ("https://abc123.r2.cloudflarestorage.com", "r2"),
        ("https://abc123.eu.r2.cloudflarestorage.com/", "r2"),
        ("https://s3.us-west-004.backblazeb2.com", "b2"),
        ("https://fra1.digitaloceanspaces.com", "spaces"),
        ("https://storage.googleapis.com", "gcs-s3"),
        ("https://ref.supabase.co/storage/v1/s3", "supabase-s3"),
        ("http://127.0.0.1:9000", "s3-compatible"),
        ("https://amazonaws.com.evil.example", "s3-compatible"),
    ],
)
def test_an_address_tells_whose_service_it_is(endpoint: str | None, provider: str) -> None:
    assert provider_of(endpoint) == provider


def test_s3_at_somebody_elses_address_is_that_somebody() -> None:
    r2 = "https://abc123.r2.cloudflarestorage.com"
    assert resolve({"bucket": "b", "endpoint_url": r2}).spec.provider == "r2"
    assert resolve({"bucket": "b", "provider": "s3", "endpoint_url": r2}).spec.provider == "r2"
    assert resolve({"bucket": "b", "provider": "minio", "endpoint_url": r2}).spec.provider == "minio"
    assert resolve({}, {"AWS_STORAGE_BUCKET_NAME": "b", "AWS_S3_ENDPOINT_URL": r2}).spec.provider == "r2"
