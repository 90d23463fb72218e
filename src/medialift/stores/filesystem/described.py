"""What the status of a file says of it as an object."""

from __future__ import annotations

import os
from datetime import datetime, timezone

from medialift.types import ObjectInfo


def fingerprint(status: os.stat_result) -> str:
    """Device, inode, size and time of modification in ns: another one for every other content."""
    return f"{status.st_dev}:{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"


def info_of(key: str, status: os.stat_result) -> ObjectInfo:
    """The object that the file is."""
    mark = fingerprint(status)
    return ObjectInfo(key, status.st_size, etag=mark, modified=_modified(status), fingerprint=mark)


def _modified(status: os.stat_result) -> datetime | None:
    try:
        return datetime.fromtimestamp(status.st_mtime, timezone.utc)
    except (ValueError, OverflowError):
        return None  # broken archives leave times beyond the year 9999
