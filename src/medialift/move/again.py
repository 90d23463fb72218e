"""When to try again, and after how long."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import TypeVar

from medialift.errors import MedialiftError
from medialift.move.digests import Halted
from medialift.move.reading import SourceError

R = TypeVar("R")

FIRST_REST = 0.1
LONGEST_REST = 20.0


def rest(error: MedialiftError, attempt: int) -> float:
    """Seconds to wait: the service's own wish, else longer each time, spread so that not all come at once."""
    wish: float | None = getattr(error, "retry_after", None)
    if wish is not None:
        return wish
    longest = min(LONGEST_REST, FIRST_REST * 2.0**attempt)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


def again(call: Callable[[], R], *, attempts: int, halt: threading.Event) -> R:
    """The result of *call*, which is repeated while its error is worth it. Raises ``Halted`` once *halt* is set."""
    attempt = 0
    while True:
        attempt += 1
        try:
            return call()
        except (MedialiftError, SourceError) as caught:
            error = caught.error if isinstance(caught, SourceError) else caught
            if attempt >= attempts or not error.retryable:
                raise
            if halt.wait(rest(error, attempt)):
                raise Halted from error
