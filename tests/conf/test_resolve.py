from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
from django.test import override_settings

from medialift.conf import resolve
from medialift.errors import ConfigError
from medialift.stores.spec import Credentials, Secret


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDIA_STORAGE_URL", raising=False)


AWS = {"AWS_STORAGE_BUCKET_NAME": "aws-bucket"}


def test_silence_means_private_signed_no_acl_and_never_overwrite() -> None:
    found = resolve({"bucket": "b"})
    assert (found.access, found.overwrite, found.expires) == ("private", False, timedelta(hours=1))
    assert "ACL" not in found.spec.object_parameters
    assert found.spec.credentials is None


def test_the_names_of_django_storages_options_are_understood() -> None:
    found = resolve(
        {
            "bucket_name": "b",
            "location": "/media/",
            "region_name": "eu-west-1",
            "default_acl": "public-read",
            "file_overwrite": True,
            "querystring_auth": False,
            "querystring_expire": 600,
            "access_key": "AKIA",
            "secret_key": "s",
            "security_token": "t",
            "url_protocol": "http:",
            "addressing_style": "virtual",
            "signature_version": "s3v4",
            "verify": "/etc/ca.pem",
            "proxies": {"https": "http://user:pw@proxy"},
            "max_memory_size": 1024,
            "object_parameters": {"CacheControl": "max-age=1"},
            "gzip": False,
            "use_threads": True,
        },
        {},
    )
    spec = found.spec
    assert (spec.container, spec.prefix, spec.region) == ("b", "media", "eu-west-1")
    assert spec.object_parameters == {"CacheControl": "max-age=1", "ACL": "public-read"}
    assert (found.overwrite, found.access, found.expires) == (True, "public", timedelta(minutes=10))
    assert spec.credentials == Credentials("AKIA", Secret("s"), Secret("t"))
    assert (spec.url_protocol, spec.addressing_style, found.max_memory_size) == ("http", "virtual", 1024)
    assert spec.client["verify"] == "/etc/ca.pem"
    assert spec.client["proxies"] == {"https": "http://user:pw@proxy"}
    assert "pw" not in repr(found)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gzip": True}, "Let the CDN compress"),
        ({"cloudfront_signer": object()}, "set cloudfront_key_id and cloudfront_key"),
        ({"signature_version": "s3"}, "version 4"),
        ({"use_ssl": False}, "endpoint_url: http"),
        ({"transfer_config": object()}, "goes up in parts"),
        ({"client_config": object()}, "connect_timeout"),
    ],
)
def test_what_cannot_be_honoured_says_why_and_what_instead(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match="cannot be honoured") as caught:
        resolve({"bucket": "b", **options})
    assert message in caught.value.hint


class TestCloudFront:
    KEYS: Mapping[str, Any] = MappingProxyType({"cloudfront_key_id": "K1", "cloudfront_key": "-----BEGIN…"})

    @pytest.mark.parametrize("key", ["-----BEGIN…", "-----BEGIN…".encode()], ids=["text", "bytes"])
    def test_django_storages_names_are_taken_with_text_and_bytes(self, key: str | bytes) -> None:
        names = {"AWS_CLOUDFRONT_KEY_ID": "K1", "AWS_CLOUDFRONT_KEY": key, "AWS_S3_CUSTOM_DOMAIN": "cdn.example.com"}
        with override_settings(AWS_STORAGE_BUCKET_NAME="b", **names):
            found = resolve({}, {})
        assert found.spec.cloudfront is not None
        assert found.spec.cloudfront.key_id == "K1"
        assert found.spec.cloudfront.private_key.reveal().startswith("-----BEGIN")
        assert "BEGIN" not in repr(found)

    def test_with_a_key_urls_are_signed_unless_said_otherwise(self) -> None:
        said = {"bucket": "b", "custom_domain": "cdn.example.com", **self.KEYS}
        assert resolve(said, {}).access == "private"
        assert resolve({**said, "querystring_auth": False}, {}).access == "public"

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"cloudfront_key_id": "K1"}, "go together"),
            ({"cloudfront_key": "pem"}, "go together"),
            (KEYS, "without the distribution"),
            ({**KEYS, "provider": "supabase", "custom_domain": "cdn.example.com"}, "speak S3"),
            ({**KEYS, "cloudfront_key": " "}, "a PEM text"),
        ],
    )
    def test_half_of_it_is_an_error(self, options: dict[str, Any], message: str) -> None:
        with pytest.raises(ConfigError, match=message):
            resolve({"bucket": "b", **options}, {})


def test_a_kms_key_is_what_amazon_calls_it() -> None:
    found = resolve({"bucket": "b", "kms_key_id": "alias/media", "object_parameters": {"StorageClass": "STANDARD_IA"}})
    assert found.spec.object_parameters == {
        "StorageClass": "STANDARD_IA",
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": "alias/media",
    }


def test_an_unknown_option_names_the_nearest_and_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="did you mean 'custom_domain'") as caught:
        resolve({"bucket": "b", "costum_domain": "cdn.example.com"})
    assert "endpoint_url" in caught.value.hint


def test_saying_one_thing_twice_is_an_error() -> None:
    with pytest.raises(ConfigError, match="bucket and bucket_name say the same"):
        resolve({"bucket": "a", "bucket_name": "b"})


def test_none_counts_as_not_written() -> None:
    assert resolve({"bucket": "b", "default_acl": None, "region": None}).spec.region is None


@pytest.mark.parametrize(
    ("setting", "value", "option", "expected"),
    [
        ("AWS_LOCATION", "media", "spec.prefix", "media"),
        ("AWS_S3_REGION_NAME", "eu-west-1", "spec.region", "eu-west-1"),
        ("AWS_DEFAULT_ACL", "public-read", "spec.object_parameters", {"ACL": "public-read"}),
        ("AWS_S3_FILE_OVERWRITE", True, "overwrite", True),
        ("AWS_QUERYSTRING_AUTH", False, "access", "public"),
        ("AWS_QUERYSTRING_EXPIRE", 60, "expires", timedelta(minutes=1)),
        ("AWS_S3_CUSTOM_DOMAIN", "cdn.example.com", "spec.custom_domain", "cdn.example.com"),
        ("AWS_S3_ENDPOINT_URL", "https://s3.example.com/", "spec.endpoint_url", "https://s3.example.com"),
        ("AWS_S3_OBJECT_PARAMETERS", {"CacheControl": "x"}, "spec.object_parameters", {"CacheControl": "x"}),
        ("AWS_S3_SESSION_PROFILE", "work", "spec.profile", "work"),
        ("AWS_S3_ADDRESSING_STYLE", "path", "spec.addressing_style", "path"),
        ("AWS_S3_VERIFY", False, "spec.client", {"verify": False}),
        ("AWS_S3_MAX_MEMORY_SIZE", 0, "max_memory_size", 5 * 1024 * 1024),
    ],
)
def test_the_aws_settings_are_honoured(setting: str, value: object, option: str, expected: object) -> None:
    with override_settings(**AWS, **{setting: value}):
        found: Any = resolve({}, {})
    for part in option.split("."):
        found = getattr(found, part)
    assert found == expected


def test_the_aws_environment_is_read_as_text() -> None:
    found = resolve({}, {**AWS, "AWS_S3_FILE_OVERWRITE": "False", "AWS_QUERYSTRING_AUTH": "no", "AWS_LOCATION": "m"})
    assert (found.spec.container, found.spec.prefix) == ("aws-bucket", "m")
    assert (found.overwrite, found.access) == (False, "public")


def test_options_win_over_settings_and_settings_over_the_environment() -> None:
    environment = {"AWS_STORAGE_BUCKET_NAME": "environment", "AWS_LOCATION": "environment", "AWS_S3_REGION_NAME": "e"}
    with override_settings(AWS_STORAGE_BUCKET_NAME="settings", AWS_LOCATION="settings"):
        spec = resolve({"location": "options"}, environment).spec
    assert (spec.prefix, spec.container, spec.region) == ("options", "settings", "e")


def test_an_entry_that_names_its_bucket_stands_alone() -> None:
    with override_settings(AWS_S3_CUSTOM_DOMAIN="cdn.example.com", AWS_LOCATION="m", AWS_S3_ENDPOINT_URL="https://x.y"):
        alone = resolve({"bucket": "b"}, {"AWS_LOCATION": "m"}).spec
        filled = resolve({"bucket_name": "b"}, {}).spec
    assert (alone.custom_domain, alone.prefix, alone.endpoint_url) == (None, "", None)
    assert (filled.custom_domain, filled.prefix, filled.endpoint_url) == ("cdn.example.com", "m", "https://x.y")


def test_the_url_in_the_environment_comes_before_the_aws_names() -> None:
    with override_settings(**AWS, AWS_S3_REGION_NAME="aws"):
        found = resolve({"overwrite": True}, {"MEDIA_STORAGE_URL": "s3://url-bucket/media"})
    assert (found.spec.container, found.spec.region, found.overwrite) == ("url-bucket", None, True)


def test_credentials_are_never_mixed_from_two_places() -> None:
    environment = {"AWS_S3_ACCESS_KEY_ID": "E", "AWS_S3_SECRET_ACCESS_KEY": "E", "AWS_SECURITY_TOKEN": "E"}
    with override_settings(**AWS, AWS_ACCESS_KEY_ID="S", AWS_SECRET_ACCESS_KEY="S"):
        assert resolve({}, environment).spec.credentials == Credentials("S", Secret("S"))


def test_the_more_particular_name_wins() -> None:
    with override_settings(
        **AWS,
        AWS_ACCESS_KEY_ID="plain",
        AWS_SECRET_ACCESS_KEY="plain",
        AWS_S3_ACCESS_KEY_ID="s3",
        AWS_S3_SECRET_ACCESS_KEY="s3",
    ):
        assert resolve({}, {}).spec.credentials == Credentials("s3", Secret("s3"))


def test_the_platforms_own_environment_is_left_to_the_platforms_chain() -> None:
    environment = {**AWS, "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B", "AWS_SESSION_TOKEN": "C"}
    assert resolve({}, environment).spec.credentials is None


def test_a_setting_that_cannot_be_honoured_is_named_as_it_was_written() -> None:
    with override_settings(**AWS, AWS_IS_GZIPPED=True), pytest.raises(ConfigError, match="AWS_IS_GZIPPED cannot"):
        resolve({}, {})


def test_a_custom_domain_means_plain_urls_unless_access_says_otherwise() -> None:
    assert resolve({"bucket": "b", "custom_domain": "cdn.example.com"}).access == "public"
    assert resolve({"bucket": "b", "custom_domain": "cdn.example.com", "access": "private"}).access == "private"


def test_no_bucket_anywhere_says_where_to_name_it() -> None:
    with pytest.raises(ConfigError, match="no bucket is named") as caught:
        resolve({}, {})
    assert "AWS_STORAGE_BUCKET_NAME" in caught.value.hint


def test_credentials_and_a_profile_contradict_each_other() -> None:
    with pytest.raises(ConfigError, match="profile"):
        resolve({"bucket": "b", "access_key_id": "a", "secret_access_key": "b", "profile": "p"})


CLOUDFLARE = {"provider": "r2", "bucket": "b", "account_id": "a", "custom_domain": "cdn.example.com"}


def test_a_domain_at_cloudflare_is_private_with_its_rules_secret() -> None:
    found = resolve({**CLOUDFLARE, "cloudflare_token_secret": "s", "cloudflare_token_lifetime": "1d"}, {})
    assert found.access == "private"
    assert found.spec.cloudflare is not None
    assert found.spec.cloudflare.lifetime == timedelta(days=1)
    assert resolve(CLOUDFLARE, {}).access == "public"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({**CLOUDFLARE, "cloudflare_token_lifetime": "1h"}, "without cloudflare_token_secret"),
        ({"provider": "r2", "bucket": "b", "account_id": "a", "cloudflare_token_secret": "s"}, "domain of its own"),
        (
            {**CLOUDFLARE, "cloudflare_token_secret": "s", "cloudfront_key_id": "K", "cloudfront_key": "-----BEGIN…"},
            "keep",
        ),
    ],
)
def test_a_rules_secret_alone_says_nothing(options: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        resolve(options, {})
