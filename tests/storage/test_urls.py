from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import override_settings
from storages.backends.s3 import S3Storage

from benchmarks.urls import same_bytes
from medialift.storage import MediaStorage
from medialift.storage.urls import KEPT, Addresses, overrides, signing_window
from medialift.stores.memory import MemoryStore
from medialift.stores.s3 import S3Store

NOW = datetime(2026, 11, 21, 12, 34, 56, 789, tzinfo=timezone.utc)
WEEK = timedelta(days=7)
PEM = (
    rsa.generate_private_key(65537, 2048)
    .private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    .decode()
)


def s3(**options: Any) -> MediaStorage:
    return MediaStorage(
        **{
            "bucket": "bucket",
            "prefix": "media",
            "region": "eu-west-1",
            "access_key_id": "AKIA",
            "secret_access_key": "secret",
            **options,
        }
    )


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


# ── the window ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("expires", [timedelta(seconds=s) for s in (1, 7, 60, 3600, 86_400, 600_000)])
def test_a_url_lasts_at_least_as_long_as_asked_and_at_most_half_as_long_again(expires: timedelta) -> None:
    for seconds in range(0, 90_000, 977):
        now = NOW + timedelta(seconds=seconds)
        start, lasting = signing_window(expires, now)
        assert start <= now
        assert start + lasting >= now + expires
        assert lasting <= max(expires * 1.5, expires + timedelta(seconds=1))
        assert lasting <= WEEK


def test_all_urls_of_one_window_are_signed_alike() -> None:
    hour = timedelta(hours=1)
    moments = [NOW + timedelta(minutes=minute) for minute in range(60)]
    starts = {signing_window(hour, moment)[0] for moment in moments}
    assert len(starts) == 3
    assert min(starts) == datetime(2026, 11, 21, 12, 30, tzinfo=timezone.utc)


def test_the_longest_signature_loses_at_most_an_hour() -> None:
    start, lasting = signing_window(WEEK, NOW)
    assert lasting == WEEK
    assert NOW + WEEK - (start + lasting) <= timedelta(hours=1)


# ── url() ────────────────────────────────────────────────────────────────────────────────────


def test_a_private_url_is_signed_and_stays_the_same() -> None:
    first, second = s3().url("a b.jpg"), s3().url("a b.jpg")
    assert first == second
    assert first.startswith("https://bucket.s3.eu-west-1.amazonaws.com/media/a%20b.jpg?")
    assert query(first)["X-Amz-Expires"] == "5400"
    assert query(s3(expires="10m").url("a"))["X-Amz-Expires"] == "900"
    assert query(s3().url("a", expire=60))["X-Amz-Expires"] == "90"


def test_a_public_url_is_plain() -> None:
    assert s3(access="public").url("é +#?.jpg") == (
        "https://bucket.s3.eu-west-1.amazonaws.com/media/%C3%A9%20%2B%23%3F.jpg"
    )
    assert s3(custom_domain="cdn.example.com").url("a/b.jpg") == "https://cdn.example.com/media/a/b.jpg"
    assert s3(custom_domain="cdn.example.com", url_protocol="http").url("a") == "http://cdn.example.com/media/a"
    assert s3(base_url="/files").url("a/ä.jpg") == "/files/a/%C3%A4.jpg"


def test_a_download_has_a_name_and_is_signed_also_where_the_rest_is_public() -> None:
    url = s3(access="public").url("a.jpg", filename="Häuser.jpg")
    assert "filename*=UTF-8''H%C3%A4user.jpg" in query(url)["response-content-disposition"]
    assert "X-Amz-Signature" in query(url)


def test_a_type_can_be_asked_for_by_call() -> None:
    assert query(s3().url("a", content_type="text/plain"))["response-content-type"] == "text/plain"


def test_the_parameters_of_django_storages_are_understood() -> None:
    told = {"ResponseContentType": "text/plain", "ResponseContentDisposition": 'attachment; filename="x y.txt"'}
    found = query(s3().url("a.txt", told))
    assert found["response-content-type"] == "text/plain"
    assert 'filename="x y.txt"' in found["response-content-disposition"]
    assert "X-Amz-Signature" in query(s3().url("a.txt", None, 60, "PUT"))


class TestCloudFront:
    def test_a_private_url_is_the_distributions_and_stays_the_same(self) -> None:
        storage = s3(custom_domain="d1.cloudfront.net", cloudfront_key_id="K1", cloudfront_key=PEM)
        first, second = storage.url("a b.jpg"), storage.url("a b.jpg")
        assert first == second
        assert first.startswith("https://d1.cloudfront.net/media/a%20b.jpg?Expires=")
        assert set(query(first)) == {"Expires", "Signature", "Key-Pair-Id"}

    def test_it_is_the_url_of_django_storages_but_for_the_window(self) -> None:
        """Signed as of the same moment, for as long."""
        told = {"custom_domain": "d1.cloudfront.net", "cloudfront_key_id": "K1", "cloudfront_key": PEM.encode()}
        theirs = S3Storage(bucket_name="bucket", location="media", **told).url("é/a b.jpg", expire=3600)
        expires = int(query(theirs)["Expires"])
        now, until = datetime.now(timezone.utc), datetime.fromtimestamp(expires, timezone.utc)
        store = s3(**told).store
        assert isinstance(store, S3Store)
        assert store.signed_url("é/a b.jpg", expires=until - now, now=now) == theirs

    def test_a_public_one_stays_plain(self) -> None:
        told = {"custom_domain": "d1.cloudfront.net", "cloudfront_key_id": "K1", "cloudfront_key": PEM}
        assert s3(access="public", **told).url("a") == "https://d1.cloudfront.net/media/a"


def test_other_parameters_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="cannot sign VersionId"):
        s3().url("a", {"VersionId": "1"})
    with pytest.raises(ValueError, match="ResponseContentDisposition"):
        overrides({"ResponseContentDisposition": "inline"})


@pytest.mark.parametrize("name", [None, ""])
def test_no_name_gives_the_address_that_names_are_appended_to(name: str | None) -> None:
    assert s3().url(name) == "https://bucket.s3.eu-west-1.amazonaws.com/media/"
    assert s3(custom_domain="cdn.example.com").url(name) == "https://cdn.example.com/media/"
    assert s3(base_url="/files/").url(name) == "/files/"
    assert MediaStorage.over(MemoryStore()).url(name) == "/media/"


@pytest.mark.parametrize("name", ["/evil.com", "///evil.com", r"\evil.com", r"\\\evil.com"])
def test_a_name_never_leads_to_another_host(name: str) -> None:
    storage = MediaStorage.over(MemoryStore(), base_url="/files/")
    assert storage.url(name) == "/files/evil.com"
    assert urlsplit(s3(access="public").url(name)).netloc == "bucket.s3.eu-west-1.amazonaws.com"


def test_special_characters_are_quoted_as_django_quotes_them() -> None:
    storage = MediaStorage.over(MemoryStore(), base_url="/files/")
    assert storage.url(r"~!*()'@#$%^&*abc`+ =.file") == "/files/~!*()'%40%23%24%25%5E%26*abc%60%2B%20%3D.file"
    assert storage.url("a/b\\c.file") == "/files/a/b/c.file"
    assert storage.url("javascript:alert(1)") == "/files/javascript%3Aalert(1)"


def test_a_store_without_any_address_is_served_at_media_url_or_nowhere() -> None:
    with override_settings(MEDIA_URL="https://static.example.com/m/"):
        assert MediaStorage.over(MemoryStore()).url("a") == "https://static.example.com/m/a"
    with override_settings(MEDIA_URL=None), pytest.raises(ValueError, match="no plain URLs"):
        MediaStorage.over(MemoryStore()).url("a")
    with pytest.raises(ValueError, match="cannot sign"):
        MediaStorage.over(MemoryStore()).url("a", filename="b")


def test_a_public_bucket_without_a_plain_address_asks_for_a_domain() -> None:
    storage = s3(provider="r2", account_id="abc", access="public")
    with pytest.raises(ValueError, match="custom_domain"):
        storage.url("a.jpg")


# ── what is looked up once ───────────────────────────────────────────────────────────────────


class Steady(MemoryStore):
    """Says as of when, and for how long, each of its signers signs."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[datetime] = []

    def signed_url(self, key: str, **wishes: Any) -> str:
        raise AssertionError("every plain address comes from a signer")

    def url_signer(self, *, expires: timedelta, method: str = "GET", now: datetime) -> Callable[[str], str]:
        self.made.append(now)
        return lambda key: f"https://host/{key}?as-of={now.timestamp():.0f}&for={expires.total_seconds():.0f}"


def test_a_signer_is_made_once_for_a_page_and_anew_when_its_window_or_its_minute_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = NOW

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return moment

    monkeypatch.setattr("medialift.storage.urls.datetime", Clock)
    monkeypatch.setattr("medialift.storage.urls.time.time", lambda: moment.timestamp())
    store = Steady()
    addresses = Addresses(store)
    hour = timedelta(hours=1)
    page = [addresses.signed(str(number), hour) for number in range(50)]
    assert len(set(page)) == 50
    assert len(store.made) == 1
    for later, made in ((59, 1), (61, 2), (30 * 60, 3), (-5, 4)):
        moment = NOW + timedelta(seconds=later)
        url = addresses.signed("0", hour)
        assert len(store.made) == made
        start = float(query(url)["as-of"])
        assert start <= moment.timestamp()
        assert start + float(query(url)["for"]) >= moment.timestamp() + 3600


def test_a_storage_keeps_few_signers() -> None:
    store = Steady()
    addresses = Addresses(store)
    for seconds in range(1, 500):
        addresses.signed("a", timedelta(seconds=seconds))
    assert len(addresses._signers) <= KEPT


def test_the_benchmarks_contestants_sign_the_same_bytes() -> None:
    assert same_bytes()
