"""Whether whoever asks may ask: signatures of requests and of addresses, and HTTP's Basic.

Source: https://cloudinary.com/documentation/authentication_signatures, with pycloudinary as the judge.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from medialift.testing.cloudinary import refusals
from medialift.testing.cloudinary.account import Account
from medialift.testing.wire import Request

UNSIGNED = frozenset({"file", "cloud_name", "resource_type", "api_key", "signature"})
LASTING = 3600
"""Seconds that a signed request is good for."""


def check_signed(account: Account, form: Mapping[str, str], *, has_expiry: bool = False) -> None:
    """Raise the refusal of a request whose signature, key or time is not right."""
    if form.get("api_key") != account.key:
        raise refusals.unknown_key(form.get("api_key", ""))
    written = [f"{name}={value}" for name, value in sorted(form.items()) if name not in UNSIGNED and value != ""]
    plain, encoded = "&".join(written), "&".join(pair.replace("&", "%26") for pair in written)
    signature = form.get("signature", "")
    # Both versions of the string are taken: the second one only guards against smuggled parameters.
    if not any(_is_signed(account, text, signature) for text in (plain, encoded)):
        raise refusals.wrong_signature(signature, plain)
    timestamp = int(form.get("timestamp") or 0)
    if not has_expiry and not -LASTING < account.clock() - timestamp < LASTING:
        raise refusals.stale(timestamp)


def check_basic(account: Account, request: Request) -> None:
    """Raise the refusal of a request to the Admin API by anybody but the account."""
    scheme, _, told = request.headers.get("authorization", "").partition(" ")
    try:
        key, _, secret = base64.b64decode(told, validate=True).decode().partition(":")
    except ValueError:
        key, secret = "", ""
    if scheme.lower() != "basic" or key != account.key:
        raise refusals.unknown_key(key)
    if not hmac.compare_digest(secret, account.secret):
        raise refusals.wrong_secret()


def address_signature(account: Account, signed: str) -> str:
    """What an address has to hold as ``s--…--`` to be signed for *signed*: transformation and file, as escaped."""
    digest = hashlib.new(account.algorithm, (signed + account.secret).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:8]


def _is_signed(account: Account, text: str, signature: str) -> bool:
    expected = hashlib.new(account.algorithm, (text + account.secret).encode()).hexdigest()
    return hmac.compare_digest(expected, signature)
