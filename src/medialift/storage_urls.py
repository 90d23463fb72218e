"""Signed URLs that stay the same for a while, so that browsers and CDNs can keep what they fetched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from email.message import Message

from medialift.conf.parse import LONGEST_SIGNATURE

SHORTEST_WINDOW = timedelta(hours=1)
"""The window of signatures that are to last as long as signatures can."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def signing_window(expires: timedelta, now: datetime) -> tuple[datetime, timedelta]:
    """When to sign as of, and for how long, so that a URL made *now* is good for at least *expires*.

    Every URL of one window (half of *expires*) is signed as of its start, and is the same. Near the
    7 days that a signature can last, the last hour of *expires* gives way.
    """
    window = max(min(expires / 2, LONGEST_SIGNATURE - expires), min(expires / 2, SHORTEST_WINDOW))
    window = timedelta(seconds=max(int(window.total_seconds()), 1))
    start = _EPOCH + (now - _EPOCH) // window * window
    return start, min(expires + window, LONGEST_SIGNATURE)


def overrides(parameters: Mapping[str, str] | None) -> dict[str, str]:
    """django-storages' ``parameters`` of ``url()``, as far as every store understands them.

    Raises ``ValueError`` for any other.
    """
    found: dict[str, str] = {}
    for name, value in (parameters or {}).items():
        if name == "ResponseContentType":
            found["content_type"] = value
        elif name == "ResponseContentDisposition" and (filename := _filename(value)):
            found["filename"] = filename
        else:
            raise ValueError(
                f"url() cannot sign {name}: use filename=, or ResponseContentType, "
                "or ResponseContentDisposition with a filename"
            )
    return found


def _filename(disposition: str) -> str | None:
    header = Message()
    header["Content-Disposition"] = disposition
    return header.get_filename()
