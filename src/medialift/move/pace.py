"""How much is in flight: bytes by a fixed cap, transfers by what the service and the line can take."""

from __future__ import annotations

import resource
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from medialift.move.pause import Gate

FIRST = 8
"""Transfers in flight at the start: the best number where the round trip is short."""
GROWTH = 2.0
CUT = 0.5
GAIN = 1.15
"""How much faster it has to get for more in flight to be worth it."""
WINDOW = 0.05
"""Seconds over which one rate is measured, at least."""
PATIENCE = 20
"""Windows without a try after one that did not help."""
COOLDOWN = 1.0
"""Seconds in which all throttled answers count as one: they were in flight together."""


def most_connections() -> int:
    """As many as half of the files that this process may have open: some systems allow 256."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else max(1, soft // 2)


class Budget:
    """Bytes in flight, handed out first come, first served, so that large requests do not starve."""

    def __init__(self, cap: int) -> None:
        self._cap = self._free = cap
        self._lock = threading.Lock()
        self._waiting: deque[tuple[int, threading.Event]] = deque()

    @contextmanager
    def hold(self, size: int) -> Iterator[None]:
        """Wait until *size* bytes are free and hold them; more than the cap counts as the cap."""
        size = min(size, self._cap)
        self._take(size)
        try:
            yield
        finally:
            self.give(size)

    def take(self, size: int) -> bool:
        """Hold *size* bytes until :meth:`give`, if they are free at once."""
        with self._lock:
            if self._waiting or self._free < size:
                return False
            self._free -= size
            return True

    def _take(self, size: int) -> None:
        with self._lock:
            if not self._waiting and self._free >= size:
                self._free -= size
                return
            granted = threading.Event()
            self._waiting.append((size, granted))
        granted.wait()

    def give(self, size: int) -> None:
        """Give *size* bytes back."""
        with self._lock:
            self._free += size
            while self._waiting and self._free >= self._waiting[0][0]:
                size, granted = self._waiting.popleft()
                self._free -= size
                granted.set()


class Pace:
    """The number of transfers in flight: grows while that makes the move faster, halves when throttled.

    Additive-increase control needs hundreds of round trips to find a distant service's optimum, so
    the number doubles like TCP's slow start while the rate follows, and goes back one step when it
    does not. Safe to use from all workers at once.
    """

    def __init__(self, ceiling: int, *, first: int = FIRST, clock: Callable[[], float] = time.monotonic) -> None:
        self.ceiling = max(1, ceiling)
        self.limit = max(1, min(first, self.ceiling))
        self._clock = clock
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._before = (0.0, self.limit)
        self._hold = 0
        self._throttled_at = -COOLDOWN
        self._restart()

    def succeeded(self) -> None:
        """One transfer is done."""
        with self._lock:
            self._done += 1
            if self._done >= 2 * self.limit:
                elapsed = self._clock() - self._since
                if elapsed >= WINDOW:
                    self._judge(self._done / elapsed)

    def throttled(self) -> None:
        """The service asked for less."""
        with self._lock:
            now = self._clock()
            if now - self._throttled_at >= COOLDOWN:
                self._throttled_at, self._hold = now, PATIENCE
                self._set(max(1, int(self.limit * CUT)), rate=0.0)

    def wait_turn(self, number: int) -> None:
        """Keep worker *number* (from 0) out while the limit is below it."""
        if number < self.limit:
            return
        with self._changed:
            while number >= self.limit:
                self._changed.wait()

    def retire(self) -> None:
        """Let every waiting worker through, for good: the work is over."""
        with self._lock:
            self.limit = sys.maxsize
            self._changed.notify_all()

    def _judge(self, rate: float) -> None:
        rate_before, limit_before = self._before
        if self._hold:
            self._hold -= 1
            self._before = (0.0, self.limit)
            self._restart()
        elif self.limit > limit_before and rate < rate_before * GAIN:
            self._hold = PATIENCE
            self._set(limit_before, rate=0.0)
        else:
            self._set(min(self.ceiling, max(self.limit + 1, int(self.limit * GROWTH))), rate=rate)

    def _set(self, limit: int, *, rate: float) -> None:
        self._before = (rate, min(self.limit, limit))
        self.limit = limit
        self._changed.notify_all()
        self._restart()

    def _restart(self) -> None:
        self._done, self._since = 0, self._clock()


@dataclass(frozen=True, slots=True)
class Flow:
    """What holds transfers back, and who is told the bytes that went over. While ``gate`` is closed none is begun."""

    budget: Budget
    pace: Pace
    gate: Gate | None = None
    sent: Callable[[int], None] = lambda size: None

    @property
    def is_open(self) -> bool:
        return self.gate is None or self.gate.is_open
