from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

import medialift
from medialift.conf import resolve
from medialift.errors import ConfigError
from medialift.providers import provider_ids
from medialift.stores.spec import Credentials, Secret


def options(url: str) -> dict[str, Any]:
    entry = medialift.config(url)
    assert entry["BACKEND"] == "medialift.storage.MediaStorage"
    assert isinstance(entry["OPTIONS"], dict)
    return entry["OPTIONS"]


def test_a_bucket_a_prefix_and_options_are_read_from_one_line() -> None:
    found = resolve(options("s3://bucket.name/sites/a?region=eu-west-1&access=public&expires=15m"))
    assert (found.spec.provider, found.spec.container, found.spec.prefix) == ("s3", "bucket.name", "sites/a")
    assert found.spec.region == "eu-west-1"
    assert found.access == "public"
    assert found.expires == found.spec.expires == timedelta(minutes=15)


def test_credentials_are_percent_decoded_and_wrapped() -> None:
    found = resolve(options("s3://AK%2FIA:se%2Fc%3Ar+e%40t@bucket"))
    assert found.spec.credentials == Credentials("AK/IA", Secret("se/c:r+e@t"))
    assert "se/c" not in repr(found)


def test_a_plus_in_the_query_is_a_plus() -> None:
    found = resolve(options("s3://bucket?access_key_id=AKIA&secret_access_key=a+b%2Fc"))
    assert found.spec.credentials == Credentials("AKIA", Secret("a+b/c"))


@pytest.mark.parametrize("provider", provider_ids())
def test_every_provider_is_a_scheme(provider: str) -> None:
    address = "" if provider == "s3" else "&endpoint_url=https://media.example.com"
    url = f"{provider}://bucket/folder?region=eu-west-1{address}"
    assert resolve(options(url)).spec.provider == provider


@pytest.mark.parametrize("provider", ["supabase", "supabase-s3"])
def test_a_project_comes_before_its_bucket(provider: str) -> None:
    spec = resolve(options(f"{provider}://abcdefghijklmnopqrst/media/sites/a?region=eu-west-1")).spec
    assert (spec.account_id, spec.container, spec.prefix) == ("abcdefghijklmnopqrst", "media", "sites/a")
    assert spec.endpoint_url is None


def test_a_project_without_a_bucket_is_refused() -> None:
    with pytest.raises(ConfigError, match="no bucket is named"):
        resolve(options("supabase://abcdefghijklmnopqrst"))


def test_upper_case_in_the_bucket_survives() -> None:
    assert resolve(options("s3://Old_Bucket/Media")).spec.container == "Old_Bucket"


def test_memory_needs_no_bucket() -> None:
    assert resolve(options("memory://")).spec.provider == "memory"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("file:///srv/media", {"location": "/srv/media"}),
        ("file://media", {"location": "media"}),
        ("file:///srv/my%20media?base_url=/m/", {"location": "/srv/my media", "base_url": "/m/"}),
    ],
)
def test_a_file_url_is_djangos_own_storage(url: str, expected: dict[str, str]) -> None:
    assert medialift.config(url) == {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": expected}


def test_the_environment_is_read_and_the_default_serves_where_it_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDIA_STORAGE_URL", raising=False)
    assert medialift.config(default="memory://")["OPTIONS"] == {"provider": "memory"}
    monkeypatch.setenv("MEDIA_STORAGE_URL", "s3://from-environment")
    assert medialift.config(default="memory://")["OPTIONS"]["bucket"] == "from-environment"
    monkeypatch.setenv("OTHER_URL", "s3://other")
    assert medialift.config(env="OTHER_URL")["OPTIONS"]["bucket"] == "other"
    assert medialift.config("s3://given", env="OTHER_URL")["OPTIONS"]["bucket"] == "given"


def test_nothing_at_all_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDIA_STORAGE_URL", raising=False)
    with pytest.raises(ConfigError, match="MEDIA_STORAGE_URL is not set"):
        medialift.config()


def test_an_empty_line_is_told_from_none_and_is_not_looked_for_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_STORAGE_URL", "s3://from-environment")
    with pytest.raises(ConfigError, match=r"^config\(\) was given an empty URL"):
        medialift.config("")
    assert medialift.config("", default="memory://")["OPTIONS"] == {"provider": "memory"}
    monkeypatch.setenv("MEDIA_STORAGE_URL", "")
    with pytest.raises(ConfigError, match=r"^MEDIA_STORAGE_URL is empty"):
        medialift.config()
    assert medialift.config(default="memory://")["OPTIONS"] == {"provider": "memory"}


@pytest.mark.parametrize(
    ("url", "reason", "hint"),
    [
        ("r2://bucket", "Cloudflare R2 needs the endpoint", "or account_id (or CLOUDFLARE_ACCOUNT_ID)"),
        ("s3-compatible://bucket", "S3-compatible service needs the endpoint", "Set endpoint_url."),
        ("minio://bucket", "needs the endpoint", "Set endpoint_url."),
        ("spaces://bucket", "needs the bucket's region", "Set region (region_name)"),
        ("supabase:///bucket", "Supabase Storage needs the endpoint", "Set endpoint_url (or SUPABASE_URL)"),
    ],
)
def test_a_place_that_nobody_can_find_is_refused_at_once(url: str, reason: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        medialift.config(url)
    assert reason in caught.value.reason
    assert hint in caught.value.hint
    with pytest.raises(ConfigError) as again:
        resolve({"provider": url.partition(":")[0], "bucket": "bucket"}, {})
    assert again.value.hint == caught.value.hint


def test_what_the_environment_adds_completes_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFLARE_ACCOUNT_ID", "abc")
    assert medialift.config("r2://bucket")["OPTIONS"] == {"provider": "r2", "bucket": "bucket"}
    assert medialift.config("s3://bucket")["OPTIONS"]["bucket"] == "bucket"  # the platform may know its region


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("s3//bucket", "cannot be read"),
        ("s3://bucket#fragment", "cannot be read"),
        ("s3://AKIA:se/cret@bucket/media", "bare slash"),
        ("s3://AKIA@bucket", "half of the credentials"),
        ("s3://:secret@bucket", "half of the credentials"),
        ("s3://bucket?region", "'region' has no value"),
        ("s3://bucket?region=a&region=b", "'region' twice"),
        ("s3://bucket/media?prefix=other", "'prefix' twice"),
        ("s3://bucket/media?location=other", "prefix and location say the same"),
        ("s3://bucket?regoin=eu-west-1", "unknown option 'regoin': did you mean 'region'"),
        ("s4://bucket", "a provider that medialift knows: b2, "),
        ("s3://", "no bucket is named"),
        ("s3:///media", "no bucket is named"),
        ("s3://bucket/../etc", "prefix"),
        ("s3://bucket?expires=8d", "7 days"),
        ("s3://bucket?access=open", "private or public"),
        ("s3://bucket?endpoint_url=https://user:pw@host", "without credentials"),
        ("s3://bucket?gzip=true", "gzip cannot be honoured"),
        ("s3://bucket?access_key_id=AKIA", "go together"),
        ("file://", "no folder"),
        ("file:///srv?region=x", "no option 'region'"),
    ],
)
def test_a_wrong_line_says_what_is_wrong(url: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        medialift.config(url)


@pytest.mark.parametrize(
    "url",
    [
        "s3://AKIA:TOPSECRET/x@bucket",
        "s3://AKIA:TOPSECRET@bucket?wrong=1",
        "s3://AKIA:TOPSECRET@bucket#x",
        "s3://:TOPSECRET@bucket",
        "s3://bucket?region=a&region=TOPSECRET",
        "s3://bucket?expires=TOPSECRET",
        "s3://bucket?proxies=TOPSECRET",
    ],
)
def test_no_error_repeats_a_secret(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        medialift.config(url)
    assert "TOPSECRET" not in repr(caught.value) + str(caught.value)
    assert caught.value.__cause__ is None


def test_a_settings_module_can_call_it_before_django_is_set_up() -> None:
    code = (
        "import medialift, sys; entry = medialift.config('s3://bucket/media');"
        "from django.conf import settings; assert not settings.configured;"
        "assert not {'boto3', 'obstore', 'django.apps', 'django.db', 'medialift.storage'} & set(sys.modules);"
        "print(entry['OPTIONS']['bucket'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("bucket\n", "")


def test_routes_come_along_into_a_bucket_and_not_onto_a_disk() -> None:
    routes = {"docs/": "documents"}
    assert medialift.config("memory://", routes=routes)["OPTIONS"]["routes"] == routes
    assert "routes" not in medialift.config("file:///srv/media", routes=routes)["OPTIONS"]
    with pytest.raises(ConfigError):
        medialift.config("memory://", routes={"docs": "documents"})


@pytest.mark.parametrize("url", ["supabase://media", "supabase-s3://abcdefghijklmnopqrst?region=eu-west-1"])
def test_a_project_without_a_bucket_is_told_how_it_is_written(url: str) -> None:
    with pytest.raises(ConfigError, match="no bucket is named") as caught:
        medialift.config(url)
    assert "://PROJECT/BUCKET" in caught.value.hint
