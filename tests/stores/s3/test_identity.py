"""What a store's credentials are: from where botocore has them, never what they hold."""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
from pathlib import Path

import pytest

from medialift.errors import CredentialsError
from medialift.providers import load_provider
from medialift.stores.base import capability
from medialift.stores.credentials import CredentialFacts, Lifetime, TellsCaller, TellsCredentials
from medialift.stores.s3 import S3Store
from medialift.stores.spec import Credentials, Secret, StoreSpec
from tests.servers.s3server import S3Server

SPEC = StoreSpec("s3", "bucket", region="eu-west-1")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


def facts(spec: StoreSpec = SPEC, provider: str = "s3", **keys: str) -> CredentialFacts:
    given = Credentials(keys["id"], Secret("s"), Secret(keys["token"]) if "token" in keys else None) if keys else None
    store = S3Store(dataclasses.replace(spec, credentials=given), load_provider(provider))
    teller = capability(store, TellsCredentials)
    assert teller is not None
    return teller.credential_facts()


def test_keys_without_a_token_last() -> None:
    assert facts(id="AKIA") == CredentialFacts(Lifetime.LONG)


def test_a_token_in_the_settings_is_never_renewed() -> None:
    assert facts(id="ASIA", token="t") == CredentialFacts(Lifetime.TEMPORARY)


def test_the_environments_credentials_tell_their_end_and_never_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    assert facts().lifetime is Lifetime.LONG
    monkeypatch.setenv("AWS_SESSION_TOKEN", "t")
    assert facts() == CredentialFacts(Lifetime.TEMPORARY)
    end = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(hours=1)
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", end.isoformat())
    assert facts() == CredentialFacts(Lifetime.TEMPORARY, end)


def test_a_source_that_is_asked_again_renews(tmp_path: Path) -> None:
    end = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) + datetime.timedelta(hours=1)
    keys = {"AccessKeyId": "ASIA", "SecretAccessKey": "s", "SessionToken": "t"}
    told = json.dumps({"Version": 1, **keys, "Expiration": end.isoformat()})
    (tmp_path / "told.json").write_text(told)
    (tmp_path / "config").write_text(f"[default]\ncredential_process = cat {tmp_path}/told.json\n")
    assert facts() == CredentialFacts(Lifetime.RENEWED, end)


def test_no_credentials_are_an_error() -> None:
    with pytest.raises(CredentialsError):
        facts()


@pytest.mark.parametrize(
    ("provider", "id", "is_master"),
    [
        ("b2", "0123456789ab", True),
        ("b2", "0030123456789ab0000000001", False),
        ("minio", "minioadmin", True),
        ("minio", "site", False),
        ("s3", "0123456789ab", False),
    ],
)
def test_the_form_of_an_accounts_own_keys(provider: str, id: str, is_master: bool) -> None:
    spec = StoreSpec(provider, "bucket", region="us-west-004", endpoint_url="http://127.0.0.1:9")
    assert facts(spec, provider, id=id).is_master is is_master


def test_whose_the_credentials_are_is_asked_at_amazon_only(moto: S3Server) -> None:
    amazon = S3Store(moto.spec("bucket", provider="s3"), load_provider("s3"))
    asked = capability(amazon, TellsCaller)
    assert asked is not None
    assert asked.caller() == "arn:aws:sts::123456789012:user/moto"
    assert capability(S3Store(moto.spec("bucket"), load_provider("s3-compatible")), TellsCaller) is None
