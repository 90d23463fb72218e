"""Signature Version 4 for uploads by browsers: a form with a policy, or a PUT whose headers are signed.

Both are byte for byte what botocore makes of the same inputs.

Source: AWS, "Browser-Based Uploads Using POST (AWS Signature Version 4)".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from medialift.stores.sigv4 import ALGORITHM, SigningKey, derived_key, quoted, quoted_path, signing_parameters


def post_fields(
    key: SigningKey, *, bucket: str, object_key: str, content_type: str, size: int, expires: timedelta, now: datetime
) -> dict[str, str]:
    """The form's fields: the service refuses another key or type, and any size but *size* bytes."""
    stamp, scope = _moment(key, now)
    ends = (now.astimezone(timezone.utc) + expires).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = {"Content-Type": content_type, "key": object_key}
    signed = {"x-amz-algorithm": ALGORITHM, "x-amz-credential": f"{key.access_key_id}/{scope}", "x-amz-date": stamp}
    if key.session_token:
        signed["x-amz-security-token"] = key.session_token
    conditions: list[Any] = [
        {"Content-Type": content_type},
        ["content-length-range", size, size],
        {"bucket": bucket},
        {"key": object_key},
        *({name: value} for name, value in signed.items()),
    ]
    policy = base64.b64encode(json.dumps({"expiration": ends, "conditions": conditions}).encode()).decode()
    return {**fields, **signed, "policy": policy, "x-amz-signature": _sign(key, stamp, policy)}


def put_url(
    key: SigningKey,
    *,
    origin: str,
    path: str,
    headers: Mapping[str, str],
    expires: timedelta,
    now: datetime,
    query: Sequence[tuple[str, str]] = (),
) -> str:
    """The address that takes a PUT with exactly these *headers* (names in small letters).

    *query* are further parameters, such as the number of a part, in the order in which they shall appear.
    """
    stamp, scope = _moment(key, now)
    sent = dict(sorted({**headers, "host": origin.partition("://")[2]}.items()))
    names = ";".join(sent)
    pairs = [
        f"{quoted(name)}={quoted(names if name == 'X-Amz-SignedHeaders' else value)}"
        for name, value in (*query, *signing_parameters(key, scope, stamp, int(expires.total_seconds())))
    ]
    listed = "".join(f"{name}:{value.strip()}\n" for name, value in sent.items())
    target = quoted_path(path)
    asked = "&".join(sorted(pairs, key=lambda pair: pair.split("=", 1)))
    canonical = f"PUT\n{target}\n{asked}\n{listed}\n{names}\nUNSIGNED-PAYLOAD"
    text = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return f"{origin}{target}?{'&'.join(pairs)}&X-Amz-Signature={_sign(key, stamp, text)}"


def _moment(key: SigningKey, now: datetime) -> tuple[str, str]:
    stamp = now.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    return stamp, f"{stamp[:8]}/{key.region}/{key.service}/aws4_request"


def _sign(key: SigningKey, stamp: str, text: str) -> str:
    return hmac.digest(derived_key(key.secret, stamp[:8], key.region, key.service), text.encode(), "sha256").hex()
