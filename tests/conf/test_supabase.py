"""What a Supabase user has in the environment is all that a site needs to say."""

from __future__ import annotations

import pytest

from medialift.conf import resolve
from medialift.errors import ConfigError
from medialift.stores.spec import Secret

ENVIRONMENT = {
    "SUPABASE_URL": "https://abcdefghijklmnopqrst.supabase.co",
    "SUPABASE_API_KEY": "sb_publishable_1",
    "SUPABASE_SERVICE_KEY": "sb_secret_1",
    "SUPABASE_STORAGE_BUCKET": "media",
}


def test_the_environment_alone_is_enough() -> None:
    spec = resolve({}, ENVIRONMENT).spec
    assert (spec.provider, spec.container) == ("supabase", "media")
    assert spec.endpoint_url == "https://abcdefghijklmnopqrst.supabase.co"
    assert (spec.api_keys.api_key, spec.api_keys.service_key) == (Secret("sb_publishable_1"), Secret("sb_secret_1"))


def test_a_bucket_of_the_aws_names_comes_first() -> None:
    assert resolve({}, {**ENVIRONMENT, "AWS_STORAGE_BUCKET_NAME": "old"}).spec.provider == "s3"


def test_an_entry_that_names_the_provider_is_not_filled_in_from_the_aws_names() -> None:
    spec = resolve({"provider": "supabase"}, {**ENVIRONMENT, "AWS_STORAGE_BUCKET_NAME": "old"}).spec
    assert (spec.provider, spec.container) == ("supabase", "media")


def test_an_entry_of_another_project_does_not_get_this_ones_address() -> None:
    spec = resolve({"provider": "supabase", "project_ref": "other", "bucket": "media"}, ENVIRONMENT).spec
    assert (spec.account_id, spec.endpoint_url) == ("other", None)


def test_what_the_entry_says_wins() -> None:
    spec = resolve({"provider": "supabase", "bucket": "private", "service_key": "sb_secret_2"}, ENVIRONMENT).spec
    assert (spec.container, spec.api_keys.service_key) == ("private", Secret("sb_secret_2"))


def test_without_a_bucket_the_missing_bucket_is_told() -> None:
    environment = {name: value for name, value in ENVIRONMENT.items() if name != "SUPABASE_STORAGE_BUCKET"}
    with pytest.raises(ConfigError, match="no bucket is named"):
        resolve({"provider": "supabase"}, environment)


def test_no_key_is_printed() -> None:
    printed = repr(resolve({}, ENVIRONMENT))
    assert [value for name, value in ENVIRONMENT.items() if name.endswith("_KEY") and value in printed] == []
