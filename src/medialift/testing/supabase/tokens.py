"""Signed tokens of the kind that the service makes and takes: JSON Web Tokens with HS256.

Source: RFC 7515 and RFC 7519; the claims and the words of each refusal are measured.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

Claims = Mapping[str, Any]


class TokenError(Exception):
    """The token is not to be believed; the text is the service's own."""


def sign(claims: Claims, secret: str) -> str:
    """The token of *claims*."""
    head = _encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    text = f"{head}.{_encoded(json.dumps(dict(claims)).encode())}"
    return f"{text}.{_encoded(_signature(text, secret))}"


def verified(token: str, secret: str, *, now: float | None = None) -> Claims:
    """The claims of *token*. Raises :class:`TokenError`."""
    head, claims, signature = _parts(token)
    if head.get("alg") != "HS256":
        raise TokenError('"alg" (Algorithm) Header Parameter value not allowed')
    if not hmac.compare_digest(signature, _signature(token.rpartition(".")[0], secret)):
        raise TokenError("signature verification failed")
    moment = time.time() if now is None else now
    if "exp" in claims and claims["exp"] <= moment:
        raise TokenError('"exp" claim timestamp check failed')
    if "nbf" in claims and claims["nbf"] > moment:
        raise TokenError('"nbf" claim timestamp check failed')
    return claims


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    pieces = token.split(".")
    try:
        head, claims = (json.loads(_decoded(piece)) for piece in pieces[:2])
        signature = _decoded(pieces[2])
    except (ValueError, IndexError):
        raise TokenError("Invalid Compact JWS") from None
    if len(pieces) != 3 or not isinstance(head, dict) or not isinstance(claims, dict):
        raise TokenError("Invalid Compact JWS")
    return head, claims, signature


def _signature(text: str, secret: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode(), hashlib.sha256)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
