from __future__ import annotations

from pathlib import Path

import pytest

from medialift.errors import ConfigError
from medialift.stores.client_settings import ClientSettings, trusting


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    path = tmp_path / "authorities.pem"
    path.write_text("")
    return str(path)


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_the_environment_says_whom_to_trust_where_the_settings_do_not(name: str, bundle: str) -> None:
    assert trusting(ClientSettings(), {name: bundle}).verify == bundle
    assert trusting(ClientSettings(), {}).verify is True
    assert trusting(ClientSettings(verify=False), {name: bundle}).verify is False
    assert trusting(ClientSettings(verify=bundle), {name: "/nowhere"}).verify == bundle


def test_amazons_own_variable_comes_first(bundle: str) -> None:
    assert trusting(ClientSettings(), {"REQUESTS_CA_BUNDLE": "/nowhere", "AWS_CA_BUNDLE": bundle}).verify == bundle


def test_a_file_that_is_not_there_is_told_by_what_names_it() -> None:
    with pytest.raises(ConfigError, match="AWS_CA_BUNDLE is /nowhere"):
        trusting(ClientSettings(), {"AWS_CA_BUNDLE": "/nowhere"})
    with pytest.raises(ConfigError, match="verify is /nowhere"):
        trusting(ClientSettings(verify="/nowhere"), {})


def test_a_folder_is_no_file_of_certificates(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        trusting(ClientSettings(), {"REQUESTS_CA_BUNDLE": str(tmp_path)})
