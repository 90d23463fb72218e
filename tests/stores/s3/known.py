"""What is known of the servers that run here, beyond what their providers' data say."""

from __future__ import annotations

from typing import Any

from medialift.types import ETag, KeyRules
from tests.servers import moto, rclone

SMALLEST_PART = 5 * 1024 * 1024
"""Bytes: the least that real services take for a part that is not the last."""

MOTO: dict[str, Any] = {"atomic_create": True, "atomic_multipart_create": True, "etag": ETag.MD5}
MOTO_GAPS = moto.LIMITS.known_gaps

CEPH: dict[str, Any] = {"atomic_create": True}
"""In a bucket without versions."""

RCLONE: dict[str, Any] = {"etag": ETag.MD5, "key_rules": KeyRules(max_segment_bytes=255, refuses_empty_segments=True)}
RCLONE_GAPS = rclone.LIMITS.known_gaps
