"""URLs and cookies that CloudFront honours, signed in-process with a key of the distribution's key group.

The result is byte for byte that of ``botocore.signers.CloudFrontSigner``.

Source: AWS, "Serving private content with signed URLs and signed cookies" (Amazon CloudFront Developer Guide).
"""

from __future__ import annotations

import base64
import ipaddress
import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from medialift.errors import ConfigError
from medialift.stores.extras import missing_extra
from medialift.stores.keycheck import check_key, check_prefix
from medialift.stores.spec import CloudFrontKey, Secret, StoreSpec
from medialift.types import KeyRules

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

METHODS = frozenset({"GET", "HEAD"})
"""What CloudFront is asked to sign for; uploads go to the bucket itself."""
REMEMBERED = 1024
"""Signatures that one process keeps, of some 500 bytes each."""
_HINT = (
    "cloudfront_key is the private RSA key whose public half is in the distribution's key group: "
    "its PEM text, or the path of a file that holds it."
)


class CloudFront:
    """The distribution in front of one store. Safe to share between threads, and to use after a fork.

    Signing sends nothing. The key is read when first needed. Raises, then,
    :class:`~medialift.errors.ConfigError` for a key that is no RSA key, and
    :class:`~medialift.errors.MissingExtraError` without ``cryptography``.
    """

    def __init__(self, base_url: str, key: CloudFrontKey) -> None:
        self._base_url = base_url
        self._key = key
        self._private: RSAPrivateKey | None = None
        # A signature takes a millisecond, and URLs stay the same for a while: a page of pictures shows them again.
        self._signature = lru_cache(maxsize=REMEMBERED)(self._sign)

    def signed_url(
        self,
        key: str,
        *,
        expires: timedelta,
        now: datetime | None = None,
        since: datetime | None = None,
        address: str | None = None,
        query: Mapping[str, str] | None = None,
    ) -> str:
        """The URL of the store's *key*, good until *expires* after *now*.

        With *since* (not before) or *address* (an IPv4 address or network, ``192.0.2.0/24``) the URL
        carries a custom policy, else a canned one, which is shorter. The origin gets *query* only if
        the distribution forwards it. Raises ``ValueError``, and ``InvalidKeyError`` for a key that leads out.
        """
        check_key(key, KeyRules(), operation="signed_url", store=self._base_url)
        url = f"{self._base_url}/{quote(key, safe='/~')}"
        if query:
            url += "?" + urlencode(query, quote_via=quote)
        until = _until(expires, now)
        policy = policy_of(url, until=until, since=since, address=address)
        said = f"Policy={_encoded(policy)}" if since or address else f"Expires={_epoch(until)}"
        mark = "&" if query else "?"
        return f"{url}{mark}{said}&Signature={self._signature(policy)}&Key-Pair-Id={self._key.key_id}"

    def signed_cookies(
        self,
        prefix: str = "",
        *,
        expires: timedelta,
        now: datetime | None = None,
        since: datetime | None = None,
        address: str | None = None,
    ) -> dict[str, str]:
        """Cookies, value by name, with which a browser may read everything below the folder *prefix*.

        Set them ``Secure`` and ``HttpOnly``, for a domain that the site and the distribution share.
        Raises as :meth:`signed_url` does.
        """
        check_prefix(prefix.strip("/"), KeyRules(), operation="signed_cookies", store=self._base_url)
        folder = "".join(f"/{quote(part, safe='~')}" for part in prefix.split("/") if part)
        policy = policy_of(f"{self._base_url}{folder}/*", until=_until(expires, now), since=since, address=address)
        return {
            "CloudFront-Policy": _encoded(policy),
            "CloudFront-Signature": self._signature(policy),
            "CloudFront-Key-Pair-Id": self._key.key_id,
        }

    def _sign(self, policy: bytes) -> str:
        try:
            from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
            from cryptography.hazmat.primitives.hashes import SHA1
        except ModuleNotFoundError as error:
            raise missing_extra("cloudfront", error) from error
        # Two threads may both read it: that costs less than a lock that a fork could leave closed.
        if self._private is None:
            self._private = _private_key(self._key.private_key)
        # SHA-1 is what CloudFront verifies, and nothing else.
        return _encoded(self._private.sign(policy, PKCS1v15(), SHA1()))  # noqa: S303


def cloudfront_of(spec: StoreSpec) -> CloudFront | None:
    """The distribution that *spec* names a key of, if it does."""
    if spec.cloudfront is None or not spec.custom_domain:
        return None
    prefix = "".join(f"/{quote(part, safe='~')}" for part in spec.prefix.split("/") if part)
    return CloudFront(f"{spec.url_protocol}://{spec.custom_domain.strip('/')}{prefix}", spec.cloudfront)


def policy_of(resource: str, *, until: datetime, since: datetime | None = None, address: str | None = None) -> bytes:
    """Who may read *resource*, in the one form of which CloudFront makes canned policies as well.

    Raises ``ValueError`` for an *address* that is no IPv4 address or network: CloudFront knows no others here.
    """
    condition: dict[str, Any] = {"DateLessThan": {"AWS:EpochTime": _epoch(until)}}
    if address:
        _check_network(address)
        condition["IpAddress"] = {"AWS:SourceIp": address if "/" in address else f"{address}/32"}
    if since:
        condition["DateGreaterThan"] = {"AWS:EpochTime": _epoch(since)}
    statement = {"Statement": [{"Resource": resource, "Condition": condition}]}
    return json.dumps(statement, separators=(",", ":")).encode()


def _check_network(address: str) -> None:
    try:
        ipaddress.IPv4Network(address, strict=False)
    except ValueError:
        raise ValueError(f"{address!r} is no IPv4 address or network, which is all that CloudFront compares") from None


def _until(expires: timedelta, now: datetime | None) -> datetime:
    if expires <= timedelta(0):
        raise ValueError(f"a signed URL lives for a second at least, not {expires}")
    return (now or datetime.now(timezone.utc)) + expires


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def _encoded(data: bytes) -> str:
    """Base64 with the three letters that CloudFront has instead of those that mean something in a URL."""
    return base64.b64encode(data, altchars=b"-~").replace(b"=", b"_").decode()


def _private_key(written: Secret) -> RSAPrivateKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(_pem(written.reveal()), password=None)
    except (ValueError, TypeError, OSError):
        # Raised without its cause, which may repeat the key.
        raise ConfigError("cloudfront_key cannot be read as a private key", hint=_HINT) from None
    if not isinstance(found, RSAPrivateKey):
        raise ConfigError("cloudfront_key is no RSA key", hint=_HINT)
    return found


def _pem(written: str) -> bytes:
    """The key's text; many environments hold it in one line, with ``\\n`` for each end of a line."""
    if "-----BEGIN" in written:
        return written.replace("\\n", "\n").encode()
    return Path(written).read_bytes()
