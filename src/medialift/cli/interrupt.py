"""Ctrl-C and SIGTERM: the first asks the work to stop cleanly, the second ends the process at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
ENDED = 130
STOPPING = """
Stopping: what is under way is finished first.
Once more ends it at once; nothing is lost either way.
"""


@contextmanager
def stops_cleanly() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C or SIGTERM sets.

    Outside the main thread, where Python allows no handlers, the event is simply never set.
    """
    asked, seen = threading.Event(), False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal seen
        if seen:
            # Worker threads may sit in a stalled request for minutes, and leaving in the ordinary
            # way waits for them. The ledger is durable and no key is ever half written: just go.
            os._exit(ENDED)
        seen = True
        # Neither Python's streams nor the event's lock are safe here: this thread may hold them.
        threading.Thread(target=asked.set, daemon=True).start()
        os.write(2, STOPPING.encode())

    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.signal(number, handle) for number in SIGNALS}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
