"""What the service takes for a key, a bucket's name, a size and a type."""

from __future__ import annotations

import re
from collections.abc import Sequence

from medialift.testing.supabase import refusals
from medialift.testing.supabase.project import Bucket, Project

KEY = re.compile(r"[A-Za-z0-9_/!.*'() &$=@;:+,?-]+")
BUCKET = re.compile(r"[A-Za-z0-9_!.*'() &$=@;:+,?-]{1,100}")
LONGEST_SEGMENT = 255
FOLDER_MARK = ".emptyFolderPlaceholder"
"""The object that the dashboard makes of an empty folder: it has no bytes, and no list of types applies to it."""

_SIZES = {"B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3}


def check_key(key: str) -> None:
    """Raise the refusal of a key that cannot be written; reading one is simply not found."""
    if not KEY.fullmatch(key):
        raise refusals.invalid_key(key)
    if any(segment in (".", "..") for segment in key.split("/")):
        raise refusals.invalid_key(f"stub/stub/{key} contains dot path segment")
    if any(len(segment.encode()) > LONGEST_SEGMENT for segment in key.split("/")):
        raise refusals.internal()


def check_bucket_name(name: str) -> None:
    if not BUCKET.fullmatch(name) or name != name.strip():
        raise refusals.invalid_bucket_name()


def check_size(project: Project, bucket: Bucket, name: str, size: int) -> None:
    limit = 0 if is_folder_mark(name) else size_limit(project, bucket)
    if size > limit:
        raise refusals.too_large()


def size_limit(project: Project, bucket: Bucket) -> int:
    """Bytes: the bucket's own limit, or the project's if that is lower."""
    return min(bucket.file_size_limit or project.size_limit, project.size_limit)


def check_mime(bucket: Bucket, name: str, content_type: str) -> None:
    """A list of types is compared letter by letter: with a charset, or in capitals, it is another type."""
    if "/" not in content_type:
        raise refusals.mime_refused("Invalid Content-Type header")
    allowed = bucket.allowed_mime_types
    if allowed is None or is_folder_mark(name) or any(_matches(content_type, pattern) for pattern in allowed):
        return
    raise refusals.mime_refused(f"mime type {content_type} is not supported")


def is_folder_mark(name: str) -> bool:
    return name.rpartition("/")[2] == FOLDER_MARK


def parsed_limit(value: object) -> int | None:
    """``file_size_limit`` as buckets are told it: bytes, or ``"10KB"``, in steps of 1000."""
    if value is None or isinstance(value, int):
        return value
    found = re.fullmatch(r"(\d+)(B|KB|MB|GB)?", str(value))
    if not found:
        raise refusals.invalid_body("body/file_size_limit must match a schema")
    return int(found[1]) * _SIZES[found[2] or "B"]


def parsed_types(value: Sequence[str] | None) -> Sequence[str] | None:
    if value is not None and any("/" not in pattern for pattern in value):
        raise refusals.mime_refused("mime type is not supported")
    return value


def _matches(content_type: str, pattern: str) -> bool:
    return content_type == pattern or (pattern.endswith("/*") and content_type.startswith(pattern[:-1]))
