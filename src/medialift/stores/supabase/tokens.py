"""The token of a signed URL, made without a request where the project's JWT secret is at hand.

Source: RFC 7515 and RFC 7519 (HS256); the claims are those that the service itself signs (measured
on supabase/storage 1.70.6).
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

HEAD = {"alg": "HS256", "typ": "JWT"}


def download_token(bucket: str, full_key: str, secret: str, *, issued: datetime, expires: timedelta) -> str:
    """What lets its bearer read one object; the same for the same arguments."""
    start = int(issued.timestamp())
    claims = {"url": f"{bucket}/{full_key}", "scope": "download", "iat": start}
    return signed({**claims, "exp": start + int(expires.total_seconds())}, secret)


def image_token(
    bucket: str,
    full_key: str,
    wishes: Mapping[str, str | int],
    secret: str,
    *,
    issued: datetime,
    expires: timedelta,
) -> str:
    """What lets its bearer see one object as *wishes* say, and in no other way.

    Source: https://github.com/supabase/storage, ``src/http/routes/object/getSignedURL.ts`` and
    ``src/storage/renderer/image.ts``: the claim ``transformations`` holds ``name:value``, with commas.
    """
    start = int(issued.timestamp())
    said = ",".join(f"{name}:{value}" for name, value in wishes.items())
    claims = {"url": f"{bucket}/{full_key}", "transformations": said, "format": str(wishes.get("format", ""))}
    return signed({**claims, "scope": "download", "iat": start, "exp": start + int(expires.total_seconds())}, secret)


def signed(claims: Mapping[str, object], secret: str) -> str:
    """*claims* as a token that the holders of *secret* can check."""
    text = f"{_encoded(HEAD)}.{_encoded(claims)}"
    return f"{text}.{_base64(hmac.digest(secret.encode(), text.encode(), 'sha256'))}"


def _encoded(value: Mapping[str, object]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
