"""Signature Version 4, computed in-process: in the query string, and in headers.

A page with fifty private images needs fifty URLs: this makes one in a few microseconds, without a
request and without an SDK. The result is byte for byte that of botocore's presigner.

Source: AWS, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)".
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from urllib.parse import quote

MAX_EXPIRES = timedelta(days=7)
ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What a signature needs to know of the signer. Does not print its secret."""

    access_key_id: str
    secret: str
    region: str
    session_token: str | None = None
    service: str = "s3"
    until: datetime | None = None
    """When the credentials end, and with them every URL that they signed."""

    def __repr__(self) -> str:
        return f"SigningKey(access_key_id={self.access_key_id!r}, region={self.region!r})"


def presign(
    key: SigningKey,
    *,
    method: str,
    origin: str,
    path: str,
    expires: timedelta,
    now: datetime,
    query: Sequence[tuple[str, str]] = (),
) -> str:
    """The signed URL of *path* (not yet quoted, with its leading slash) at *origin* (``https://host``).

    *query* are further parameters, such as ``response-content-disposition``, in the order in which
    they shall appear. Raises ``ValueError`` for an *expires* that the service would not honour
    (1 second to 7 days). The URL never promises to outlive the signer's credentials.
    """
    return presigner(key, method=method, origin=origin, expires=expires, now=now, query=query)(path)


def presigner(
    key: SigningKey,
    *,
    method: str,
    origin: str,
    expires: timedelta,
    now: datetime,
    query: Sequence[tuple[str, str]] = (),
) -> Callable[[str], str]:
    """What :func:`presign` does, for one path after another: all that they share is made once."""
    if key.until is not None:
        # A URL that promises more than its credentials live would be cached beyond its death.
        expires = min(expires, max(key.until - now, timedelta(seconds=1)))
    seconds = int(expires.total_seconds())
    if not 1 <= seconds <= MAX_EXPIRES.total_seconds():
        raise ValueError(f"a signed URL can live from 1 second to 7 days, not {expires}")
    stamp = now.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    return _signer(key, method, origin, stamp, seconds, tuple(query))


@lru_cache(maxsize=64)
def _signer(
    key: SigningKey, method: str, origin: str, stamp: str, seconds: int, query: tuple[tuple[str, str], ...]
) -> Callable[[str], str]:
    scope = f"{stamp[:8]}/{key.region}/{key.service}/aws4_request"
    pairs = [f"{quoted(n)}={quoted(v)}" for n, v in (*query, *signing_parameters(key, scope, stamp, seconds))]
    listed = "&".join(sorted(pairs, key=lambda pair: pair.split("=", 1)))
    # Bytes and functions are bound here: a page has many addresses, and each look-up counts.
    start, tail = f"{method}\n", f"\n{listed}\nhost:{origin.partition('://')[2]}\n\nhost\nUNSIGNED-PAYLOAD"
    head = f"{ALGORITHM}\n{stamp}\n{scope}\n"
    end = f"?{'&'.join(pairs)}&X-Amz-Signature="
    derived = derived_key(key.secret, stamp[:8], key.region, key.service)
    sha256, digest = hashlib.sha256, hmac.digest

    def sign(path: str) -> str:
        target = quoted_path(path)
        text = head + sha256(f"{start}{target}{tail}".encode()).hexdigest()
        return f"{origin}{target}{end}{digest(derived, text.encode(), 'sha256').hex()}"

    return sign


def signed_headers(
    key: SigningKey, *, method: str, path: str, query: str, headers: Mapping[str, str], body: str, now: datetime
) -> dict[str, str]:
    """*headers* (names in lower case, ``host`` among them) and what signs them, for one request.

    *path* and *query* are quoted already, the query sorted by its names; *body* is the body's SHA-256 in hex, or
    ``UNSIGNED-PAYLOAD``.
    """
    stamp = now.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{key.region}/{key.service}/aws4_request"
    sent = {**headers, "x-amz-content-sha256": body, "x-amz-date": stamp}
    if key.session_token:
        sent["x-amz-security-token"] = key.session_token
    names = sorted(sent)
    signed = ";".join(names)
    listed = "".join(f"{name}:{sent[name]}\n" for name in names)
    request = hashlib.sha256(f"{method}\n{path}\n{query}\n{listed}\n{signed}\n{body}".encode()).hexdigest()
    derived = derived_key(key.secret, stamp[:8], key.region, key.service)
    signature = hmac.digest(derived, f"{ALGORITHM}\n{stamp}\n{scope}\n{request}".encode(), "sha256").hex()
    claim = f"{ALGORITHM} Credential={key.access_key_id}/{scope}, SignedHeaders={signed}, Signature={signature}"
    return {**sent, "authorization": claim}


def quoted_path(path: str) -> str:
    """*path* as ``urllib.parse.quote(path, safe="/~")`` has it, for what is mostly plain letters."""
    if _PLAIN.fullmatch(path):
        return path
    return _UNSAFE.sub(_escaped, path.encode().decode("latin-1"))


_PLAIN = re.compile(r"[A-Za-z0-9_.~/-]*")
_UNSAFE = re.compile(r"[^A-Za-z0-9_.~/-]")
_ESCAPES = {chr(byte): f"%{byte:02X}" for byte in range(256)}


def _escaped(match: re.Match[str]) -> str:
    return _ESCAPES[match[0]]


def signing_parameters(key: SigningKey, scope: str, stamp: str, seconds: int) -> list[tuple[str, str]]:
    parameters = [
        ("X-Amz-Algorithm", ALGORITHM),
        ("X-Amz-Credential", f"{key.access_key_id}/{scope}"),
        ("X-Amz-Date", stamp),
        ("X-Amz-Expires", str(seconds)),
        ("X-Amz-SignedHeaders", "host"),
    ]
    if key.session_token:
        parameters.append(("X-Amz-Security-Token", key.session_token))
    return parameters


def quoted(text: str) -> str:
    return quote(text, safe="-_.~")


@lru_cache(maxsize=16)
def derived_key(secret: str, day: str, region: str, service: str) -> bytes:
    """The key of one day: four HMACs that need not be repeated for each URL."""
    derived = f"AWS4{secret}".encode()
    for step in (day, region, service, "aws4_request"):
        derived = hmac.digest(derived, step.encode(), "sha256")
    return derived
