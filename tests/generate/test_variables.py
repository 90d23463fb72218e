from __future__ import annotations

import pytest

from medialift.generate.variables import WHERE, variables
from medialift.providers import load_provider, provider_ids


@pytest.mark.parametrize("provider", provider_ids())
def test_every_provider_gets_its_url_and_its_keys_and_no_secret_has_a_value(provider: str) -> None:
    url, *keys = variables(load_provider(provider), {"provider": provider, "bucket": "b"})
    assert url.name == "MEDIA_STORAGE_URL"
    assert url.value.startswith(f"{provider}://")
    assert keys
    for key in keys:
        assert (key.secret, key.value) == (True, "")
        assert key.where


def test_whose_keys_are_explained_is_a_provider() -> None:
    assert set(WHERE) <= set(provider_ids())
