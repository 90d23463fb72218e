"""Where a spec points is settled without a request, and nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from medialift.errors import ConfigError
from medialift.providers import load_provider
from medialift.stores.s3.place import Place, place_of
from medialift.stores.spec import StoreSpec

R2 = "https://abc.r2.cloudflarestorage.com"


def place(provider: str, bucket: str = "media", session_region: str | None = None, **fields: Any) -> Place:
    spec = StoreSpec(provider, bucket, **fields)
    return place_of(spec, load_provider(provider), session_region=session_region)


class TestRegion:
    def test_is_taken_from_the_spec_first(self) -> None:
        assert place("s3", session_region="us-west-2", region="eu-west-1").region == "eu-west-1"

    def test_is_taken_from_the_platform_for_amazon_only(self) -> None:
        assert place("s3", session_region="us-west-2").region == "us-west-2"
        with pytest.raises(ConfigError, match="region"):
            place("wasabi", session_region="us-west-2")

    def test_is_never_guessed(self) -> None:
        with pytest.raises(ConfigError, match=r"Amazon S3 needs the bucket's region"):
            place("s3")

    def test_is_read_from_an_endpoint_that_names_it(self) -> None:
        assert place("b2", endpoint_url="https://s3.eu-central-003.backblazeb2.com").region == "eu-central-003"

    def test_of_a_service_without_regions_is_its_own_word(self) -> None:
        assert place("r2", endpoint_url=R2).region == "auto"


class TestEndpoint:
    def test_is_left_to_the_sdk_for_amazon(self) -> None:
        assert place("s3", region="eu-west-1").endpoint_url is None

    def test_is_made_of_the_region_where_that_is_enough(self) -> None:
        assert place("wasabi", region="eu-central-1").endpoint_url == "https://s3.eu-central-1.wasabisys.com"

    def test_is_made_of_the_account_where_that_is_enough(self) -> None:
        assert place("r2", account_id="abc").endpoint_url == R2

    @pytest.mark.parametrize("provider", ["r2", "supabase-s3", "minio", "ceph", "s3-compatible"])
    def test_must_be_told_where_nothing_gives_it(self, provider: str) -> None:
        with pytest.raises(ConfigError, match="endpoint_url"):
            place(provider, region="us-east-1")

    def test_a_missing_bucket_is_told(self) -> None:
        with pytest.raises(ConfigError, match="bucket_name"):
            place("s3", bucket="", region="eu-west-1")


class TestAddressing:
    @pytest.mark.parametrize(
        ("provider", "fields", "style"),
        [
            ("s3", {"region": "eu-west-1"}, "virtual"),
            ("s3", {"region": "eu-west-1", "bucket": "dotted.bucket"}, "path"),
            ("s3", {"region": "eu-west-1", "addressing_style": "path"}, "path"),
            ("s3", {"region": "eu-west-1", "addressing_style": "auto"}, "virtual"),
            ("minio", {"endpoint_url": "https://minio.example.org"}, "path"),
            ("minio", {"endpoint_url": "https://minio.example.org", "addressing_style": "virtual"}, "virtual"),
            ("minio", {"endpoint_url": "http://127.0.0.1:9000", "addressing_style": "virtual"}, "path"),
            ("minio", {"endpoint_url": "http://[::1]:9000", "addressing_style": "virtual"}, "path"),
            ("minio", {"endpoint_url": "https://minio.example.org", "addressing_style": "auto"}, "path"),
            ("spaces", {"region": "fra1"}, "virtual"),
            ("supabase-s3", {"endpoint_url": "https://x.supabase.co/storage/v1/s3", "region": "eu-west-1"}, "path"),
        ],
    )
    def test_follows_the_provider_where_the_bucket_can_be_a_host(
        self, provider: str, fields: dict[str, Any], style: str
    ) -> None:
        assert place(provider, **fields).addressing == style

    def test_an_unknown_style_is_refused(self) -> None:
        with pytest.raises(ConfigError, match="'sideways'"):
            place("s3", region="eu-west-1", addressing_style="sideways")


class TestIdentity:
    def test_of_amazon_needs_no_endpoint(self) -> None:
        plain = place("s3", region="eu-west-1", prefix="media").identity
        assert (plain.container, plain.prefix, plain.endpoint) == ("media", "media", "")
        explicit = place("s3", region="eu-west-1", endpoint_url="https://s3.eu-west-1.amazonaws.com").identity
        assert explicit.endpoint == ""

    def test_of_others_holds_the_endpoint_in_one_spelling(self) -> None:
        first = place("minio", endpoint_url="https://MinIO.example.org:443/").identity
        again = place("minio", endpoint_url="https://minio.example.org").identity
        assert first == again
        assert first.endpoint == "minio.example.org"

    def test_is_the_same_over_http_and_over_tls(self) -> None:
        assert place("minio", endpoint_url="http://h").identity == place("minio", endpoint_url="https://h").identity


class TestKeys:
    def test_a_prefix_goes_before_every_key_and_off_again(self) -> None:
        there = place("s3", region="eu-west-1", prefix="/some/media/")
        assert there.full_key("a/b") == "some/media/a/b"
        assert there.key("some/media/a/b") == "a/b"
        assert (there.folder(""), there.folder("a")) == ("some/media/", "some/media/a/")

    def test_without_a_prefix_a_key_is_itself(self) -> None:
        there = place("s3", region="eu-west-1")
        assert (there.full_key("a"), there.key("a"), there.folder(""), there.folder("a")) == ("a", "a", "", "a/")


def test_the_bucket_is_in_the_host_or_in_the_path() -> None:
    virtual, path = place("spaces", region="fra1"), place("r2", endpoint_url=R2)
    assert virtual.bucket_url("https://fra1.digitaloceanspaces.com") == "https://media.fra1.digitaloceanspaces.com"
    assert path.bucket_url(R2) == f"{R2}/media"
    assert path.target("https://x.supabase.co/storage/v1/s3", "a b") == (
        "https://x.supabase.co",
        "/storage/v1/s3/media/a b",
    )
