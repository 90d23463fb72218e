"""What a Cloudinary user has in the environment is all that a site needs to say."""

from __future__ import annotations

from typing import Any

import cloudinary
import pytest

import medialift
from medialift.conf import resolve
from medialift.errors import ConfigError
from medialift.stores import open_store
from medialift.stores.spec import Credentials, Delivery, Secret

URL = {"CLOUDINARY_URL": "cloudinary://123456789012345:abc-DEF_ghi@demo"}
KEYS = Credentials("123456789012345", Secret("abc-DEF_ghi"))


def test_the_environment_alone_is_enough() -> None:
    spec = resolve({}, URL).spec
    assert (spec.provider, spec.container, spec.credentials) == ("cloudinary", "demo", KEYS)
    assert str(open_store(spec).identity) == "cloudinary:demo/authenticated"


def test_a_bucket_of_the_aws_names_comes_first() -> None:
    assert resolve({}, {**URL, "AWS_STORAGE_BUCKET_NAME": "old"}).spec.provider == "s3"


def test_three_variables_go_before_the_one_as_in_the_services_own_package() -> None:
    three = {"CLOUDINARY_CLOUD_NAME": "own", "CLOUDINARY_API_KEY": "1", "CLOUDINARY_API_SECRET": "2"}
    spec = resolve({"provider": "cloudinary"}, {**URL, **three}).spec
    assert (spec.container, spec.credentials) == ("own", Credentials("1", Secret("2")))


@pytest.mark.parametrize(
    "options",
    [
        {"bucket": "demo", "access_key_id": "123456789012345", "secret_access_key": "abc-DEF_ghi"},
        {"cloud_name": "demo", "api_key": "123456789012345", "api_secret": "abc-DEF_ghi"},
        medialift.config(URL["CLOUDINARY_URL"])["OPTIONS"],
    ],
    ids=["medialift's names", "Cloudinary's names", "a DSN"],
)
def test_an_entry_says_it_in_either_way(options: dict[str, Any]) -> None:
    spec = resolve({"provider": "cloudinary", **options}, {"AWS_LOCATION": "not here"}).spec
    assert (spec.provider, spec.container, spec.prefix, spec.credentials) == ("cloudinary", "demo", "", KEYS)


def test_a_dsn_has_a_prefix_where_the_variable_has_a_host() -> None:
    spec = resolve(medialift.config(f"{URL['CLOUDINARY_URL']}/sites/a?access=public")["OPTIONS"], {}).spec
    assert (spec.prefix, spec.custom_domain) == ("sites/a", None)
    own_host = resolve({}, {"CLOUDINARY_URL": f"{URL['CLOUDINARY_URL']}/media.example.com"}).spec
    assert (own_host.prefix, own_host.custom_domain) == ("", "media.example.com")


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({}, "authenticated"),
        ({"access": "public"}, "upload"),
        ({"custom_domain": "media.example.com"}, "upload"),
        ({"delivery_type": "private"}, "private"),
        ({"access": "public", "delivery_type": "authenticated"}, "authenticated"),
    ],
)
def test_who_may_read_is_said_with_each_file(options: dict[str, Any], kind: str) -> None:
    assert resolve(options, URL).spec.delivery == Delivery(kind)


def test_other_providers_have_no_such_thing() -> None:
    assert resolve({"provider": "s3", "bucket": "b"}, {}).spec.delivery == Delivery()


@pytest.mark.parametrize(
    "line",
    [
        "cloudinary://123:a-b_c%2F@demo",
        "cloudinary://123:abc@Demo-2_x?secure=true&upload_prefix=https%3A%2F%2Fapi-eu.cloudinary.com",
        "cloudinary://123:abc@demo?signature_algorithm=sha256&analytics=false",
    ],
)
def test_the_line_is_read_as_the_services_own_package_reads_it(line: str) -> None:
    judge = cloudinary.Config()
    judge._load_from_url(line)
    spec = resolve({"provider": "cloudinary"}, {"CLOUDINARY_URL": line}).spec
    assert spec.credentials == Credentials(judge.api_key, Secret(judge.api_secret))
    assert spec.container == judge.cloud_name
    assert spec.endpoint_url == judge.upload_prefix
    assert spec.delivery.algorithm == (judge.signature_algorithm or "sha1")


@pytest.mark.parametrize("line", ["cloudinary://", "demo", "cloudinary://1:2@[demo"])
def test_a_broken_line_is_told_without_its_secret(line: str) -> None:
    with pytest.raises(ConfigError, match="CLOUDINARY_URL cannot be read") as caught:
        resolve({"provider": "cloudinary"}, {"CLOUDINARY_URL": line})
    assert "1:2" not in str(caught.value)


def test_what_is_missing_is_told_by_the_customary_name() -> None:
    with pytest.raises(ConfigError, match="CLOUDINARY_URL"):
        resolve({"provider": "cloudinary"}, {})
    with pytest.raises(ConfigError, match="CLOUDINARY_URL"):
        open_store(resolve({"provider": "cloudinary", "bucket": "demo"}, {}).spec)


def test_no_secret_is_printed() -> None:
    assert "abc-DEF_ghi" not in repr(resolve({}, URL))
