"""Signatures: of requests to the API, and of addresses of the CDN.

Source: https://cloudinary.com/documentation/authentication_signatures and
https://cloudinary.com/documentation/delivery_url_signatures
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping

from medialift.errors import ConfigError

ALGORITHMS = ("sha1", "sha256")
SHORT = 8
"""Letters of a signature that an address shows."""

_UNSAFE = re.compile(r"[^a-zA-Z0-9_.\-/:]")


def checked_algorithm(name: str) -> str:
    """*name*, if the service knows it. Raises :class:`ConfigError`."""
    if name not in ALGORITHMS:
        raise ConfigError(f"Cloudinary signs with {' or '.join(ALGORITHMS)}, not {name!r}")
    return name


def request_signature(params: Mapping[str, str], secret: str, algorithm: str = "sha1") -> str:
    """What goes with *params* as ``signature``; empty ones are neither signed nor sent."""
    pairs = (f"{name}={value}".replace("&", "%26") for name, value in params.items() if value)
    return hashlib.new(algorithm, ("&".join(sorted(pairs)) + secret).encode()).hexdigest()


def delivery_signature(path: str, secret: str, algorithm: str = "sha1") -> str:
    """The part of an address that signs *path*: transformation and file, without the version."""
    digest = hashlib.new(algorithm, (path + secret).encode()).digest()
    return f"s--{base64.urlsafe_b64encode(digest).decode()[:SHORT]}--"


def escaped(public_id: str) -> str:
    """A public id as it stands in an address, and is signed."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), public_id)
