"""What a bucket takes: sizes and types of its own, and below them the project's limit, which no API key is told.

Source: https://supabase.com/docs/guides/storage/uploads/file-limits
"""

from __future__ import annotations

from dataclasses import dataclass

from medialift.stores.supabase.bucket import BucketInfo

SMALLEST_PROJECT_LIMIT = 50_000_000
"""Bytes of one file that a project on the free plan takes; the larger plans can set more."""


@dataclass(frozen=True, slots=True)
class BucketLimits:
    """``info`` is ``None`` where these keys may use the bucket and not see it."""

    bucket: str
    info: BucketInfo | None

    def refusal(self, key: str, size: int, content_type: str | None) -> str:
        if self.info is None:
            return ""
        most, types = self.info.file_size_limit, self.info.allowed_mime_types
        if most is not None and size > most:
            return f"the bucket {self.bucket!r} takes files of up to {most:,} bytes"
        if types and content_type is not None and not any(_covers(one, content_type) for one in types):
            return f"the bucket {self.bucket!r} does not take {content_type}"
        return ""

    def doubt(self, size: int) -> str:
        if size <= SMALLEST_PROJECT_LIMIT:
            return ""
        return (
            f"the project's own limit is told to no API key, and on the free plan it is {SMALLEST_PROJECT_LIMIT:,} "
            "bytes: see Storage → Settings in the dashboard"
        )


def _covers(allowed: str, content_type: str) -> bool:
    """Compared as the service does, literally; ``image/*`` stands for every image."""
    return content_type == allowed or (allowed.endswith("/*") and content_type.startswith(allowed[:-1]))
