"""Progress while files move: one line that is redrawn on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Protocol

from medialift.report import units
from medialift.report.pace import Count, Pace, Pacer

Clock = Callable[[], float]

REDRAW_SECONDS = 0.1
PLAIN_SECONDS = 10.0
PLAIN_SHARE = 0.05
PLAIN_PAUSE = 1.0
"""However fast it goes: no two plain lines within a second."""
BAR_COLUMNS = range(6, 25)


class Terminal(Protocol):
    """What progress is written to: a text stream."""

    @property
    def encoding(self) -> str | None: ...

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...


class Progress(Protocol):
    """Where a stage's counts are shown."""

    def show(self, count: Count) -> None:
        """Tell how far the work is; cheap enough to be called for every file."""

    def clear(self) -> None:
        """Make room for other text on the same terminal."""

    def finish(self) -> None:
        """The stage is over: leave its last count standing."""


def describe(count: Count, pace: Pace) -> list[str]:
    """The parts of one line, the most important first: what does not fit is dropped from the end."""
    total = f"/{units.count(count.total_files)}" if count.total_files else ""
    parts = [f"{count.stage} {units.count(count.files)}{total}"]
    if count.errors:
        parts.append(units.plural(count.errors, "error"))
    if count.total_files:
        parts.append(f"{int(count.share * 100)}%")
    if pace.left:
        parts.append(f"ETA {units.clock(pace.left)}")
    if count.bytes:
        parts.append(units.size(count.bytes))
    if pace.bytes:
        parts.append(units.rate(pace.bytes))
    return parts


def fit(parts: list[str], share: float | None, width: int, *, fancy: bool) -> str:
    """One line of at most *width* columns, with a bar (for *share*, from 0 to 1) if there is room for one."""
    while len(parts) > 1 and len("  ".join(parts)) > width:
        parts = parts[:-1]
    line = "  ".join(parts)[:width]
    room = min(width - len(line) - 2, BAR_COLUMNS[-1])
    if share is None or room < BAR_COLUMNS[0]:
        return line
    return "  ".join([parts[0], _bar(share, room, fancy=fancy), *parts[1:]])


def _bar(share: float, columns: int, *, fancy: bool) -> str:
    full = int(share * columns)
    return ("━" if fancy else "#") * full + ("┄" if fancy else "-") * (columns - full)


class TerminalProgress:
    """Redraws one line."""

    def __init__(self, terminal: Terminal, *, clock: Clock = time.monotonic, width: int | None = None) -> None:
        self._terminal, self._clock, self._width = terminal, clock, width
        self._fancy = (terminal.encoding or "").lower().startswith("utf")
        self._pacer, self._stage, self._drawn_at, self._drawn = Pacer(), "", float("-inf"), False

    def show(self, count: Count) -> None:
        now = self._clock()
        if count.stage != self._stage:
            self.finish()
            self._pacer, self._stage = Pacer(), count.stage
        elif now - self._drawn_at < REDRAW_SECONDS and count.share < 1:
            return
        self._drawn_at = now
        self._draw(count, self._pacer.measure(count, now))

    def _draw(self, count: Count, pace: Pace) -> None:
        # The last column stays free: some terminals wrap as soon as it is written.
        width = (self._width or shutil.get_terminal_size().columns) - 1
        line = fit(describe(count, pace), count.share if count.total_files else None, width, fancy=self._fancy)
        self._write(f"\r\x1b[K{line}")
        self._drawn = True

    def _write(self, text: str) -> None:
        self._terminal.write(text)
        self._terminal.flush()

    def clear(self) -> None:
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = False

    def finish(self) -> None:
        if self._drawn:
            self._write("\n")
            self._drawn = False


class PlainProgress:
    """Writes whole lines, for logs and pipes: every ten seconds or five per cent, and the last count."""

    def __init__(self, stream: Terminal, *, clock: Clock = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._pacer, self._told, self._told_at = Pacer(), Count(""), 0.0
        self._last: tuple[Count, Pace] = (self._told, Pace())

    def show(self, count: Count) -> None:
        now = self._clock()
        if count.stage != self._told.stage:
            self.finish()
            self._pacer, self._told, self._told_at = Pacer(), Count(count.stage), now
        self._last = count, self._pacer.measure(count, now)
        waited = now - self._told_at
        if waited >= PLAIN_SECONDS or (waited >= PLAIN_PAUSE and count.share - self._told.share >= PLAIN_SHARE):
            self._tell(now)

    def _tell(self, now: float) -> None:
        count, pace = self._last
        self._told, self._told_at = count, now
        self._stream.write("  ".join(describe(count, pace)) + "\n")
        self._stream.flush()

    def clear(self) -> None:
        """Whole lines need no clearing."""

    def finish(self) -> None:
        if self._last[0] != self._told:
            self._tell(self._clock())
