from __future__ import annotations

from typing import Any

import pytest

from medialift.conf import resolve
from medialift.conf.endpoints import provider_of
from medialift.errors import ConfigError
from medialift.providers import load_provider


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


class TestJurisdictions:
    def told(self, **options: Any) -> str:
        with pytest.raises(ConfigError) as caught:
            resolve({"provider": "r2", "bucket": "b", **options}, {})
        return str(caught.value)

    @pytest.mark.parametrize("where", ["eu", "fedramp"])
    def test_one_word_is_enough(self, where: str) -> None:
        spec = resolve({"provider": "r2", "bucket": "b", "account_id": "abc", "jurisdiction": where}, {}).spec
        assert spec.endpoint_url == f"https://abc.{where}.r2.cloudflarestorage.com"
        assert spec.endpoint_url in [t.format(account_id="abc") for t in load_provider("r2").endpoint.templates]

    def test_the_account_may_be_said_by_its_variable(self) -> None:
        options = {"provider": "r2", "bucket": "b", "jurisdiction": "eu"}
        spec = resolve(options, {"CLOUDFLARE_ACCOUNT_ID": "abc"}).spec
        assert spec.endpoint_url == "https://abc.eu.r2.cloudflarestorage.com"

    def test_what_cannot_be_is_refused_with_what_can(self) -> None:
        assert "Known: eu, fedramp" in self.told(account_id="abc", jurisdiction="us")
        assert "CLOUDFLARE_ACCOUNT_ID" in self.told(jurisdiction="eu")
        assert "keep one of the two" in self.told(
            endpoint_url="https://abc.r2.cloudflarestorage.com", jurisdiction="eu"
        )
        assert "has no jurisdiction" in self.told(provider="b2", region="us-west-004", jurisdiction="eu")


def test_who_does_not_know_the_region_is_told_some() -> None:
    for provider, hint in (("hetzner", "hel1 (Helsinki)."), ("wasabi", ", for instance us-east-1 (Ashburn).")):
        with pytest.raises(ConfigError) as caught:
            resolve({"provider": provider, "bucket": "b"}, {})
        assert caught.value.hint.endswith(hint)


@pytest.mark.parametrize(
    ("written", "meant"), [("backblaze", "b2"), ("cloudflare", "r2"), ("gs", "gcs-s3"), ("aws", "s3")]
)
def test_another_word_for_a_provider_is_told_the_one_that_is_known(written: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=f"did you mean '{meant}'"):
        resolve({"provider": written, "bucket": "b"}, {})
