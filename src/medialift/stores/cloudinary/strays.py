"""Images and videos that the service refused as such and that lie among the other files: their addresses differ.

A name does not tell it, and a request for every address would make pages slow. So these few carry a tag, and
whoever makes addresses asks for the tag once in a while, for all of them together.

Source: https://cloudinary.com/documentation/admin_api (get_resources_by_tag)
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from medialift.errors import StoreError
from medialift.stores.cloudinary.client import Requests
from medialift.stores.cloudinary.kinds import Kind

TAG = "medialift-kept-as-file"
LASTING = 300.0
"""Seconds for which one answer is good: twelve calls an hour and process, of the 500 that the smallest plan has."""
PAGE = 500
MOST = 20_000
"""Strays that are remembered: more of them are no strays, and stay at their names' addresses."""


class Strays:
    """Which keys of one store lie elsewhere than their names say. Safe to share between threads.

    What this process has stored itself it knows at once, what others have stored after :data:`LASTING` at the
    latest. Where the service does not answer at once, what was known before goes on counting.
    """

    def __init__(self, requests: Requests, clock: Callable[[], float] = time.monotonic) -> None:
        self._requests, self._clock = requests, clock
        self._known: frozenset[str] = frozenset()
        self._asked: float | None = None
        self._lock = threading.Lock()

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, str) or self._requests.place.kind(key) is Kind.RAW:
            return False
        self._refresh()
        return key in self._known

    def add(self, key: str) -> None:
        with self._lock:
            self._known |= {key}

    def remove(self, key: str) -> None:
        with self._lock:
            self._known -= {key}

    def _refresh(self) -> None:
        if self._is_fresh():
            return
        with self._lock:
            if self._is_fresh():
                return
            with suppress(StoreError):
                self._known = frozenset(self._tagged())
            self._asked = self._clock()

    def _is_fresh(self) -> bool:
        return self._asked is not None and self._clock() < self._asked + LASTING

    def _tagged(self) -> Iterator[str]:
        place, cursor, seen = self._requests.place, "", 0
        folder = place.folder("")
        while True:
            params = {"max_results": str(PAGE), **({"next_cursor": cursor} if cursor else {})}
            page = self._requests.glance("strays", ("resources", Kind.RAW.value, "tags", TAG), params)
            for entry in page["resources"]:
                seen += 1
                if entry["type"] == place.type and str(entry["public_id"]).startswith(folder):
                    yield place.key(entry["public_id"])
            following = page.get("next_cursor")
            if not following or following == cursor or seen >= MOST:
                return
            cursor = following
