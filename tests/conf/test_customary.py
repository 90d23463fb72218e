from __future__ import annotations

import pytest

import medialift
from medialift.conf import resolve
from medialift.conf.options import BY_NAME
from medialift.providers import load_provider, provider_ids
from medialift.stores import open_store
from medialift.stores.spec import Credentials, Secret

KEYS = {"R2_ACCESS_KEY_ID": "key", "R2_SECRET_ACCESS_KEY": "secret", "CLOUDFLARE_ACCOUNT_ID": "abc"}
R2 = {"provider": "r2", "bucket": "b"}


@pytest.mark.parametrize("provider", provider_ids())
def test_every_provider_names_options_that_exist(provider: str) -> None:
    assert set(load_provider(provider).environment) <= set(BY_NAME)


def test_a_providers_own_variables_fill_what_is_not_said() -> None:
    spec = resolve(R2, KEYS).spec
    assert spec.credentials == Credentials("key", Secret("secret"))
    assert open_store(spec).identity.endpoint == "abc.r2.cloudflarestorage.com"


def test_what_is_said_wins_and_credentials_stay_together() -> None:
    own = {**R2, "account_id": "own", "access_key_id": "own", "secret_access_key": "own"}
    assert resolve(own, KEYS).spec.credentials == Credentials("own", Secret("own"))
    assert resolve(own, KEYS).spec.account_id == "own"
    assert resolve({**R2, "profile": "work"}, KEYS).spec.credentials is None
    assert resolve(R2, {"CLOUDFLARE_ACCOUNT_ID": "abc", "R2_ACCESS_KEY_ID": "half"}).spec.credentials is None


def test_the_platforms_names_are_left_to_the_platform() -> None:
    platforms = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    assert resolve({**R2, "account_id": "abc"}, platforms).spec.credentials is None


def test_anothers_variables_are_not_read() -> None:
    assert resolve({"provider": "b2", "bucket": "b", "region": "us-west-004"}, KEYS).spec.credentials is None
    assert resolve({"provider": "memory"}, KEYS).spec.credentials is None


def test_an_account_in_the_url_makes_the_endpoint() -> None:
    options = medialift.config("r2://key:secret@bucket/media?account_id=abc123")["OPTIONS"]
    store = open_store(resolve(options, {}).spec)
    assert str(store.identity) == "r2:bucket/media (abc123.r2.cloudflarestorage.com)"
