"""URLs and cookies for CloudFront, judged by the SDK's own signer and by the public half of the key."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from medialift.errors import ConfigError, InvalidKeyError
from medialift.providers import load_provider
from medialift.stores.headers import attachment
from medialift.stores.s3 import S3Store
from medialift.stores.s3.cloudfront import CloudFront
from medialift.stores.spec import CloudFrontKey, Credentials, Secret, StoreSpec

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)
UNTIL, SINCE = NOW + HOUR, NOW - HOUR
DOMAIN = "d111111abcdef8.cloudfront.net"
KEY_ID = "K2JCJMDEHXQW5F"
PRIVATE = rsa.generate_private_key(65537, 2048)


def pem(key: Any = PRIVATE, encryption: Any = None) -> str:
    made: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())
    return made.decode()


def store(private_key: str | None = None, **fields: Any) -> S3Store:
    key = CloudFrontKey(KEY_ID, Secret(private_key or pem()))
    given = {"region": "eu-west-1", "prefix": "media", "credentials": Credentials("key", Secret("secret")), **fields}
    return S3Store(StoreSpec("s3", "photos", custom_domain=DOMAIN, cloudfront=key, **given), load_provider("s3"))


def cloudfront(**fields: Any) -> CloudFront:
    found = store(**fields).cloudfront
    assert found is not None
    return found


@pytest.fixture(scope="module")
def judge() -> CloudFrontSigner:
    return CloudFrontSigner(KEY_ID, lambda message: PRIVATE.sign(message, padding.PKCS1v15(), SHA1()))


class TestUrls:
    @pytest.mark.parametrize("key", ["cat.jpg", "a b/é+日本?#%.jpg", "~*'().txt"])
    def test_a_canned_policy_is_that_of_the_sdk(self, judge: CloudFrontSigner, key: str) -> None:
        plain = store().public_url(key)
        assert plain.startswith(f"https://{DOMAIN}/media/")
        expected = judge.generate_presigned_url(plain, date_less_than=UNTIL)
        assert store().signed_url(key, expires=HOUR, now=NOW) == expected

    @pytest.mark.parametrize(
        "limits",
        [
            {"since": SINCE},
            {"address": "10.0.0.1"},
            {"address": "10.0.0.0/8"},
            {"since": SINCE, "address": "10.0.0.1"},
        ],
    )
    def test_a_custom_policy_is_that_of_the_sdk(self, judge: CloudFrontSigner, limits: dict[str, Any]) -> None:
        url = store().public_url("cat.jpg")
        policy = judge.build_policy(url, UNTIL, limits.get("since"), limits.get("address"))
        expected = judge.generate_presigned_url(url, policy=policy)
        assert cloudfront().signed_url("cat.jpg", expires=HOUR, now=NOW, **limits) == expected

    def test_what_a_download_shall_look_like_is_signed_too(self, judge: CloudFrontSigner) -> None:
        made = store().signed_url("a.pdf", expires=HOUR, now=NOW, filename="é.pdf", content_type="application/pdf")
        assert parse_qs(urlsplit(made).query)["response-content-disposition"] == [attachment("é.pdf")]
        unsigned = made.partition("&Expires=")[0]
        assert made == judge.generate_presigned_url(unsigned, date_less_than=UNTIL)

    def test_without_a_prefix_the_url_begins_at_the_root(self) -> None:
        assert store(prefix="").signed_url("a", expires=HOUR).startswith(f"https://{DOMAIN}/a?Expires=")

    def test_uploads_are_signed_for_the_bucket(self) -> None:
        url = store().signed_url("cat.jpg", expires=HOUR, method="PUT")
        assert url.startswith("https://photos.s3.eu-west-1.amazonaws.com/media/cat.jpg?X-Amz-Algorithm=")

    @pytest.mark.parametrize("address", ["2001:db8::1", "example.com", "192.0.2.0/33"])
    def test_an_address_that_cloudfront_cannot_compare_is_refused(self, address: str) -> None:
        with pytest.raises(ValueError, match="no IPv4 address or network"):
            cloudfront().signed_url("a", expires=HOUR, address=address)

    def test_a_url_that_is_over_at_once_is_refused(self) -> None:
        with pytest.raises(ValueError, match="a second at least"):
            store().signed_url("a", expires=timedelta(0))

    def test_it_sends_nothing_and_threads_share_it(self) -> None:
        """There is no server: a request would fail."""
        shared = cloudfront()
        with ThreadPoolExecutor(8) as pool:
            made = set(pool.map(lambda _: shared.signed_url("a", expires=HOUR, now=NOW), range(32)))
        assert len(made) == 1


class TestCookies:
    def test_they_are_a_policy_for_a_folder_that_the_public_key_confirms(self) -> None:
        cookies = cloudfront().signed_cookies("réserved/2026", expires=HOUR, now=NOW)
        assert list(cookies) == ["CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id"]
        policy = decoded(cookies["CloudFront-Policy"])
        statement = {
            "Resource": f"https://{DOMAIN}/media/r%C3%A9served/2026/*",
            "Condition": {"DateLessThan": {"AWS:EpochTime": int(UNTIL.timestamp())}},
        }
        assert json.loads(policy) == {"Statement": [statement]}
        signature = decoded(cookies["CloudFront-Signature"])
        PRIVATE.public_key().verify(signature, policy, padding.PKCS1v15(), SHA1())
        assert cookies["CloudFront-Key-Pair-Id"] == KEY_ID

    def test_they_say_what_the_sdk_says_in_a_url(self, judge: CloudFrontSigner) -> None:
        cookies = cloudfront().signed_cookies(expires=HOUR, now=NOW, since=SINCE, address="10.0.0.0/8")
        everything = f"https://{DOMAIN}/media/*"
        url = judge.generate_presigned_url(
            everything, policy=judge.build_policy(everything, UNTIL, SINCE, "10.0.0.0/8")
        )
        in_url = {f"CloudFront-{name}": values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert cookies == in_url

    @pytest.mark.parametrize("prefix", ["a", "/a/", "a//"])
    def test_slashes_at_the_ends_of_a_folder_mean_nothing(self, prefix: str) -> None:
        policy = decoded(cloudfront().signed_cookies(prefix, expires=HOUR)["CloudFront-Policy"])
        assert b"/media/a/*" in policy


@pytest.mark.parametrize("key", ["../secret.txt", "a/../../b", "/a", ""])
def test_what_leads_out_of_the_store_is_never_signed(key: str) -> None:
    with pytest.raises(InvalidKeyError):
        cloudfront().signed_url(key, expires=HOUR)
    if ".." in key:
        with pytest.raises(InvalidKeyError):
            cloudfront().signed_cookies(key, expires=HOUR)


def decoded(text: str) -> bytes:
    return base64.b64decode(text.replace("_", "="), altchars=b"-~")


class TestKeys:
    @pytest.mark.parametrize("write", [pem, lambda: pem().replace("\n", "\\n")], ids=["PEM", "PEM in one line"])
    def test_a_key_is_a_pem_text(self, write: Callable[[], str]) -> None:
        assert store(write()).signed_url("a", expires=HOUR, now=NOW) == store().signed_url("a", expires=HOUR, now=NOW)

    def test_or_the_path_of_a_file_with_one(self, tmp_path: Path) -> None:
        path = tmp_path / "private_key.pem"
        path.write_text(pem())
        made = store(str(path)).signed_url("a", expires=HOUR, now=NOW)
        assert made == store().signed_url("a", expires=HOUR, now=NOW)

    @pytest.mark.parametrize(
        "written",
        [
            "/no/such/file.pem",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ" * 200,
            "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----",
            pem(encryption=BestAvailableEncryption(b"secret")),
        ],
        ids=["no file", "a key without its frame", "a broken key", "a locked key"],
    )
    def test_what_is_no_key_is_told_without_repeating_it(self, written: str) -> None:
        with pytest.raises(ConfigError, match="cannot be read as a private key") as caught:
            store(written).signed_url("a", expires=HOUR)
        assert written not in str(caught.value)
        assert caught.value.__cause__ is None
        assert "PEM" in caught.value.hint

    def test_a_key_of_another_kind_is_refused(self) -> None:
        with pytest.raises(ConfigError, match="no RSA key"):
            store(pem(ec.generate_private_key(ec.SECP256R1()))).signed_url("a", expires=HOUR)

    def test_a_missing_extra_is_told_with_the_command_that_installs_it(self) -> None:
        script = (
            "import sys; sys.modules['cryptography'] = None\n"
            "from datetime import timedelta\n"
            "from medialift.errors import MissingExtraError\n"
            "from medialift.stores.s3.cloudfront import CloudFront\n"
            "from medialift.stores.spec import CloudFrontKey, Secret\n"
            "try:\n"
            "    CloudFront('https://x', CloudFrontKey('K', Secret('k'))).signed_url('a', expires=timedelta(1))\n"
            "except MissingExtraError as error:\n"
            "    print(error.hint)\n"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert done.stdout == 'pip install "django-medialift[cloudfront]"\n'

    def test_the_key_is_never_printed(self) -> None:
        opened = store()
        opened.signed_url("a", expires=HOUR)
        assert "PRIVATE" not in f"{opened.cloudfront!r} {opened!r} {opened._spec!r}"
