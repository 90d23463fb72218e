"""Services that count by the hour begin anew with the next one, also in the middle of a test."""

from __future__ import annotations

import time

HOUR = 3600
LONGEST = 60
"""Seconds that a test takes at most."""


def wait_for_a_whole_test() -> None:
    """Wait for the next hour, if this one ends before a test does."""
    left = HOUR - time.time() % HOUR
    if left < LONGEST:
        time.sleep(left)
