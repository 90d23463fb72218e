"""Names of files that nobody has: what rows and synthetic buckets of any length are made of."""

from __future__ import annotations

ETAG = "00112233445566778899aabbccddeeff"
SIZE = 20480


def synthetic_name(number: int) -> str:
    """What the sink's synthetic buckets list under this number, with ``SIZE`` and ``ETAG``."""
    return f"photos/{number // 1000:06}/image-{number:09}.jpg"
