"""A connection of its own for the further pages of a long listing, without the SDK and what it takes for each.

The SDK asks for the first page of all: bucket, credentials and region are right when it has come. A page with anything
unusual about it is asked for by the SDK again, which waits, tries again and explains.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

from medialift.errors import MedialiftError
from medialift.stores.s3.address import Address
from medialift.stores.s3.client import ClientSource
from medialift.stores.s3.listing import UNREADABLE, read_page
from medialift.stores.s3.signed_line import SignedLine
from medialift.stores.sigv4 import quoted, quoted_path

FAILURES = 3
"""So many pages that did not come this way, and there is no use in asking for more."""
NOTHING = hashlib.sha256().hexdigest()
NAMES = {"Prefix": "prefix", "StartAfter": "start-after", "ContinuationToken": "continuation-token"}
"""HTTP's names of the SDK's parameters. Only listings with no others go this way."""


class ListLine:
    """The line of one listing at a time.

    *address* is not asked for before the first page is; it may say that there is no way.
    """

    def __init__(self, source: ClientSource, address: Callable[[], Address | None]) -> None:
        self._source, self._address = source, address
        self._line: SignedLine | None = None
        self._path = ""
        self._failures = 0

    def page(self, wanted: Mapping[str, str]) -> dict[str, Any] | None:
        """The page as the SDK tells it; ``None`` if it has to be asked for another way."""
        if self._failures >= FAILURES:
            return None
        try:
            page = self._asked(wanted)
        except (OSError, HTTPException, MedialiftError, *UNREADABLE):
            page = None
        if page is None:
            self._failures += 1
            self.close()
        return page

    def close(self) -> None:
        if self._line is not None:
            self._line.close()

    def _asked(self, wanted: Mapping[str, str]) -> dict[str, Any] | None:
        line = self._line or self._open()
        if line is None or not wanted.keys() <= NAMES.keys():
            return None
        answer = line.ask(
            "GET", self._path, _query(wanted), sha256=NOTHING, patience=self._source.settings.read_timeout
        )
        return read_page(answer.body) if answer.status == 200 else None

    def _open(self) -> SignedLine | None:
        address = self._address()
        if address is not None:
            origin, path = self._source.place.target(self._source.endpoint_url(), "")
            self._path = quoted_path(path.rstrip("/") or "/")
            self._line = SignedLine(address, origin.partition("://")[2], self._source.signing_key)
        return self._line


def _query(wanted: Mapping[str, str]) -> str:
    told = {"list-type": "2", "encoding-type": "url"} | {NAMES[name]: value for name, value in wanted.items()}
    return "&".join(f"{name}={quoted(told[name])}" for name in sorted(told))
