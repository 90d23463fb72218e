"""Signed URLs that stay the same for a while, so that browsers and CDNs can keep what they fetched."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from email.message import Message
from functools import partial

from medialift.conf.parse import LONGEST_SIGNATURE
from medialift.stores.base import ObjectStore, PublicUrls, Signs, SignsSteadily, capability

SHORTEST_WINDOW = timedelta(hours=1)
"""The window of signatures that are to last as long as signatures can."""

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def signing_window(expires: timedelta, now: datetime) -> tuple[datetime, timedelta]:
    """When to sign as of, and for how long, so that a URL made *now* is good for at least *expires*.

    Every URL of one window (half of *expires*) is signed as of its start, and is the same. Near the
    7 days that a signature can last, the last hour of *expires* gives way.
    """
    window = signing_step(expires)
    start = _EPOCH + (now - _EPOCH) // window * window
    return start, min(expires + window, LONGEST_SIGNATURE)


STEADY = 60.0
"""Seconds for which one lookup of the credentials is good: those of roles change."""
KEPT = 32
"""Signers that one storage keeps: one for each expiry and method that its pages ask for."""


def signing_step(expires: timedelta) -> timedelta:
    """How long the URLs that last for *expires* stay the same."""
    window = max(min(expires / 2, LONGEST_SIGNATURE - expires), min(expires / 2, SHORTEST_WINDOW))
    return timedelta(seconds=max(int(window.total_seconds()), 1))


class Addresses:
    """Makes the addresses of one store's objects; what many of them share is looked up once.

    Not locked: two threads may both look it up, and find the same.
    """

    def __init__(self, store: ObjectStore) -> None:
        self.signs = capability(store, Signs)
        self.public = capability(store, PublicUrls)
        self._signers: dict[tuple[timedelta, str], tuple[float, float, Callable[[str], str]]] = {}

    def signed(self, key: str, expires: timedelta, method: str = "GET") -> str:
        """The address of *key*, good for at least *expires*. Raises what ``signed_url`` raises."""
        kept = self._signers.get((expires, method))
        if kept is None or not kept[0] <= time.time() < kept[1]:
            kept = self._renewed(expires, method)
        return kept[2](key)

    def _renewed(self, expires: timedelta, method: str) -> tuple[float, float, Callable[[str], str]]:
        now = datetime.now(timezone.utc)
        as_of, lasting = signing_window(expires, now)
        over = as_of + signing_step(expires)
        signs = self.signs
        assert signs is not None
        if isinstance(signs, SignsSteadily):
            sign = signs.url_signer(expires=lasting, method=method, now=as_of)
        else:
            sign = partial(signs.signed_url, expires=lasting, method=method, now=as_of)
        if len(self._signers) >= KEPT:
            self._signers.clear()
        found = now.timestamp(), min(now.timestamp() + STEADY, over.timestamp()), sign
        self._signers[expires, method] = found
        return found


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
