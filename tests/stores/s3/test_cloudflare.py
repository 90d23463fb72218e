from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from datetime import datetime, timedelta, timezone
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from medialift.providers import load_provider
from medialift.stores.s3 import S3Store
from medialift.stores.spec import CloudflareKey, Credentials, Secret, StoreSpec

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=timezone.utc)
SECRET = "a secret of the rule's"
LIFETIME = 10_800


def store() -> S3Store:
    spec = StoreSpec(
        "r2",
        "photos",
        "media",
        account_id="abc",
        credentials=Credentials("key", Secret("secret")),
        custom_domain="cdn.example.com",
        cloudflare=CloudflareKey(Secret(SECRET)),
    )
    return S3Store(spec, load_provider("r2"))


def is_timed_hmac_valid(uri: str, now: float) -> bool:
    """What Cloudflare's documentation says of its function, with a separator of 8 letters."""
    match = re.fullmatch(r"(?P<message>.*)(?P<separator>.{8})(?P<stamp>\d{10})-(?P<mac>.{43,})", uri)
    if not match or match["separator"] != "?verify=":
        return False
    wanted = hmac.new(SECRET.encode(), (match["message"] + match["stamp"]).encode(), hashlib.sha256).digest()
    is_young = 0 <= now - int(match["stamp"]) <= LIFETIME
    return is_young and hmac.compare_digest(base64.b64decode(unquote(match["mac"])), wanted)


def uri(url: str) -> str:
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", "cdn.example.com")
    return f"{parts.path}?{parts.query}"


@pytest.mark.parametrize("expires", [timedelta(seconds=1), timedelta(minutes=5), timedelta(hours=3)])
def test_the_rule_lets_an_address_live_exactly_as_long_as_asked(expires: timedelta) -> None:
    signed = uri(store().signed_url("a b/é+.jpg", expires=expires, now=NOW))
    assert signed.startswith("/media/a%20b/%C3%A9%2B.jpg?verify=")
    moment = NOW.timestamp()
    assert is_timed_hmac_valid(signed, moment)
    assert is_timed_hmac_valid(signed, moment + expires.total_seconds())
    assert not is_timed_hmac_valid(signed, moment + expires.total_seconds() + 1)
    assert not is_timed_hmac_valid(signed.replace(".jpg", ".png"), moment)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
def test_any_key_is_signed_as_it_is_asked_for(text: str) -> None:
    key = unicodedata.normalize("NFC", text)  # no other form can be kept there
    assume("/" not in key and key not in (".", ".."))
    assert is_timed_hmac_valid(uri(store().signed_url(key, expires=timedelta(hours=1), now=NOW)), NOW.timestamp())


def test_more_than_the_rule_allows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"live for 3:00:00, not 4:00:00"):
        store().signed_url("a", expires=timedelta(hours=4))


def test_what_the_domain_cannot_do_is_asked_of_the_service() -> None:
    for wishes in ({"filename": "b.jpg"}, {"content_type": "text/plain"}, {"method": "PUT"}):
        url = store().signed_url("a", expires=timedelta(hours=1), **wishes)  # type: ignore[arg-type]
        assert urlsplit(url).netloc == "abc.r2.cloudflarestorage.com"


def test_the_secret_does_not_print() -> None:
    assert SECRET not in repr(store()._spec)
