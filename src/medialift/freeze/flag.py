"""The freeze as one process sees it: asked of the ledger, and remembered for a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.apps import apps

if TYPE_CHECKING:
    from medialift.ledger.freezing import Frozen

REMEMBERED = 1.0
"""Seconds. A freeze is in force everywhere once this has passed; a burst of uploads asks once."""


class Flag:
    """Whether uploads are frozen. One query in :data:`REMEMBERED` seconds, and none where nobody asks.

    Where the ledger cannot be read, what it said last counts: a site without its tables was never frozen.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked = -REMEMBERED - 1
        self._said: Frozen | None = None

    def frozen(self) -> Frozen | None:
        now = self._clock()
        if not 0 <= now - self._asked < REMEMBERED:
            self._said, self._asked = self._ask(), now
        return self._said

    def _ask(self) -> Frozen | None:
        if not apps.is_installed("medialift"):
            return None
        from medialift.ledger.freezing import glance  # its table needs an app registry, which settings modules have not

        try:
            return glance()
        except Exception:  # noqa: BLE001 - no table, no database, an event loop, a test without one: nothing new
            return self._said
