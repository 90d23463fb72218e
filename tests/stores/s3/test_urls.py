"""Plain and signed URLs, and what a browser does with them."""

from __future__ import annotations

import dataclasses
import json
import ssl
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from medialift.providers import load_provider
from medialift.stores.base import PublicUrls, Signs, capability
from medialift.stores.headers import attachment
from medialift.stores.s3 import S3Store
from medialift.stores.spec import Credentials, Secret, StoreSpec
from tests.servers.s3server import S3Server

HOUR = timedelta(hours=1)


def store(provider: str, **fields: Any) -> S3Store:
    given = {"region": "eu-west-1", "credentials": Credentials("key", Secret("secret")), "prefix": "media", **fields}
    return S3Store(StoreSpec(provider, "photos", **given), load_provider(provider))


@pytest.mark.parametrize(
    ("provider", "fields", "url"),
    [
        ("s3", {}, "https://photos.s3.eu-west-1.amazonaws.com/media/a%20b/%C3%A9%2B.jpg"),
        ("s3", {"addressing_style": "path"}, "https://s3.eu-west-1.amazonaws.com/photos/media/a%20b/%C3%A9%2B.jpg"),
        ("s3", {"custom_domain": "cdn.example.org"}, "https://cdn.example.org/media/a%20b/%C3%A9%2B.jpg"),
        (
            "r2",
            {"custom_domain": "cdn.example.org/", "url_protocol": "http", "endpoint_url": "https://x.r2.example"},
            "http://cdn.example.org/media/a%20b/%C3%A9%2B.jpg",
        ),
        (
            "b2",
            {"region": "us-west-004"},
            "https://photos.s3.us-west-004.backblazeb2.com/media/a%20b/%C3%A9%2B.jpg",
        ),
        (
            "supabase-s3",
            {"endpoint_url": "https://abc.storage.supabase.co/storage/v1/s3"},
            "https://abc.supabase.co/storage/v1/object/public/photos/media/a%20b/%2B.jpg",
        ),
        ("minio", {"endpoint_url": "http://h:9000"}, "http://h:9000/photos/media/a%20b/%C3%A9%2B.jpg"),
    ],
)
def test_the_plain_url_is_the_providers_or_the_sites_own(provider: str, fields: dict[str, Any], url: str) -> None:
    key = "a b/+.jpg" if provider == "supabase-s3" else "a b/é+.jpg"
    assert store(provider, **fields).public_url(key) == url


def test_where_no_plain_url_can_be_derived_the_ability_is_lacking() -> None:
    r2 = store("r2", endpoint_url="https://abc.r2.cloudflarestorage.com")
    assert capability(r2, PublicUrls) is None
    assert capability(r2, Signs) is r2
    assert capability(store("s3"), PublicUrls) is not None


def test_a_signed_url_is_the_same_for_the_same_moment() -> None:
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    first, again = (store("s3").signed_url("a", expires=HOUR, now=now) for _ in range(2))
    assert first == again
    assert first.startswith("https://photos.s3.eu-west-1.amazonaws.com/media/a?")
    assert "X-Amz-Date=20260102T030405Z" in first


@pytest.mark.parametrize(
    "arguments",
    [
        {"expires": timedelta(days=7, seconds=1)},
        {"expires": timedelta(0)},
        {"expires": HOUR, "method": "POST"},
        {"expires": HOUR, "method": "PUT", "filename": "a.jpg"},
    ],
)
def test_what_the_service_would_not_honour_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"signed URL|the service signs|for a download"):
        store("s3").signed_url("a", **arguments)


def test_a_service_may_allow_less_than_the_signature_does() -> None:
    provider = load_provider("s3")
    presigning = dataclasses.replace(provider.presigning, max_seconds=3600)
    there = S3Store(StoreSpec("s3", "photos", region="eu-west-1"), dataclasses.replace(provider, presigning=presigning))
    with pytest.raises(ValueError, match=r"1:00:00"):
        there.signed_url("a", expires=timedelta(hours=2))


class TestOnCeph:
    """The one server here that really checks signed URLs."""

    @pytest.fixture(params=["ceph", "ceph_tls"])
    def there(self, request: pytest.FixtureRequest) -> tuple[S3Store, S3Server]:
        server: S3Server = request.getfixturevalue(request.param)
        spec = server.spec(server.make_bucket(), "some/ö")
        return S3Store(spec, load_provider(spec.provider)), server

    def test_a_signed_url_opens_the_object_under_its_name(self, there: tuple[S3Store, S3Server]) -> None:
        store, server = there
        store.put("a b+c/é ~'()*.txt", b"private")
        url = store.signed_url("a b+c/é ~'()*.txt", expires=HOUR, filename="été.txt", content_type="text/x-test")
        with fetch(url, server) as answer:
            assert answer.read() == b"private"
            assert answer.headers["Content-Disposition"] == attachment("été.txt")
            assert answer.headers["Content-Type"] == "text/x-test"

    def test_a_signed_put_stores_the_object(self, there: tuple[S3Store, S3Server]) -> None:
        store, server = there
        url = store.signed_url("new.txt", expires=HOUR, method="PUT")
        with fetch(url, server, method="PUT", data=b"from a browser"):
            pass
        assert store.head("new.txt").size == 14

    def test_an_old_or_altered_url_opens_nothing(self, there: tuple[S3Store, S3Server]) -> None:
        store, server = there
        store.put("a", b"private")
        long_ago = datetime.now(timezone.utc) - timedelta(hours=2)
        for url in (
            store.signed_url("a", expires=HOUR, now=long_ago),
            store.signed_url("a", expires=HOUR).replace("/a?", "/b?"),
            store.public_url("a"),
        ):
            with pytest.raises(urllib.error.HTTPError) as caught:
                fetch(url, server)
            assert caught.value.code == 403
            caught.value.close()


def fetch(url: str, server: S3Server, *, method: str = "GET", data: bytes | None = None) -> Any:
    context = ssl.create_default_context(cafile=server.ca_file) if server.ca_file else None
    return urllib.request.urlopen(urllib.request.Request(url, data, method=method), context=context, timeout=20)


def test_urls_of_a_role_end_with_its_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(timezone.utc)
    said = {
        "Version": 1,
        "AccessKeyId": "ASIA",
        "SecretAccessKey": "x",
        "SessionToken": "t",
        "Expiration": (now + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    (tmp_path / "role.json").write_text(json.dumps(said), encoding="utf-8")
    (tmp_path / "config").write_text(
        f"[profile role]\ncredential_process = cat {tmp_path}/role.json\n", encoding="utf-8"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    url = store("s3", credentials=None, profile="role").signed_url("a", expires=HOUR, now=now)
    lasting = int(parse_qs(urlsplit(url).query)["X-Amz-Expires"][0])
    assert 1790 <= lasting <= 1800
