"""Progress while files move: one line that is redrawn on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import shutil
from typing import Protocol

from medialift.move.values import Progress, Stage
from medialift.report import units
from medialift.report.pace import Pace, Pacer, share

REDRAW_SECONDS = 0.1
PLAIN_SECONDS = 10.0
PLAIN_SHARE = 0.05
PLAIN_PAUSE = 1.0
"""However fast it goes: no two plain lines within a second."""
JSON_SECONDS = 1.0
BAR_COLUMNS = range(6, 25)

DOING = {
    Stage.BACKUP: "Backing up",
    Stage.PLAN: "Planning",
    Stage.COPY: "Copying",
    Stage.VERIFY: "Verifying",
}


class Stream(Protocol):
    """What progress is written to."""

    @property
    def encoding(self) -> str | None: ...

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...


class ProgressView(Protocol):
    """Where a stage's progress is shown."""

    def show(self, progress: Progress) -> None:
        """Tell how far the work is; cheap enough to be called for every file."""

    def clear(self) -> None:
        """Make room for other text on the same terminal."""

    def finish(self) -> None:
        """The stage is over: leave its last line standing."""


def describe(progress: Progress, pace: Pace) -> list[str]:
    """The parts of one line, the most important first: what does not fit is dropped from the end."""
    total = f"/{units.count(progress.files_total)}" if progress.files_total else ""
    parts = [f"{DOING[progress.stage]} {units.count(progress.files)}{total}"]
    if progress.errors:
        parts.append(units.plural(progress.errors, "error"))
    if progress.files_total:
        parts.append(f"{int(share(progress) * 100)}%")
    if pace.left:
        parts.append(f"ETA {units.clock(pace.left)}")
    if progress.stage is Stage.PLAN:
        # Nothing is read or sent while planning: bytes a second would promise a speed.
        return parts
    if progress.bytes:
        parts.append(units.size(progress.bytes))
    if pace.bytes:
        parts.append(units.rate(pace.bytes))
    return parts


def fit(parts: list[str], done: float | None, width: int, *, fancy: bool) -> str:
    """One line of at most *width* columns, with a bar (for *done*, from 0 to 1) if there is room for one."""
    while len(parts) > 1 and len("  ".join(parts)) > width:
        parts = parts[:-1]
    line = "  ".join(parts)[:width]
    room = min(width - len(line) - 2, BAR_COLUMNS[-1])
    if done is None or room < BAR_COLUMNS[0]:
        return line
    return "  ".join([parts[0], _bar(done, room, fancy=fancy), *parts[1:]])


def _bar(done: float, columns: int, *, fancy: bool) -> str:
    full = int(done * columns)
    return ("━" if fancy else "#") * full + ("┄" if fancy else "-") * (columns - full)


class TerminalProgress:
    """Redraws one line. *width* fixes the columns; without it the terminal is asked each time."""

    def __init__(self, stream: Stream, *, width: int | None = None) -> None:
        self._stream, self._width = stream, width
        self._fancy = (stream.encoding or "").lower().startswith("utf")
        self._pacer = Pacer()
        self._last: Progress | None = None
        self._shown: Progress | None = None
        self._drawn = False

    def show(self, progress: Progress) -> None:
        if self._last is None or progress.stage is not self._last.stage:
            self.finish()
            self._pacer, self._shown = Pacer(), None
        self._last = progress
        if self._shown is None or progress.elapsed - self._shown.elapsed >= REDRAW_SECONDS:
            self._draw(progress)

    def _draw(self, progress: Progress) -> None:
        pace, self._shown = self._pacer.measure(progress), progress
        # The last column stays free: some terminals wrap as soon as it is written.
        width = (self._width or shutil.get_terminal_size().columns) - 1
        done = share(progress) if progress.files_total else None
        self._write("\r\x1b[K" + fit(describe(progress, pace), done, width, fancy=self._fancy))
        self._drawn = True

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

    def clear(self) -> None:
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = False

    def finish(self) -> None:
        if self._last is not None and self._last is not self._shown:
            self._draw(self._last)
        if self._drawn:
            self._write("\n")
            self._drawn = False


class PlainProgress:
    """Writes whole lines, for logs and pipes: every ten seconds or five per cent, and the last one."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._pacer = Pacer()
        self._told: Progress | None = None
        self._last: tuple[Progress, Pace] | None = None

    def show(self, progress: Progress) -> None:
        if self._told is None or progress.stage is not self._told.stage:
            self.finish()
            self._pacer, self._told = Pacer(), progress
        self._last = progress, self._pacer.measure(progress)
        waited, gained = progress.elapsed - self._told.elapsed, share(progress) - share(self._told)
        if waited >= PLAIN_SECONDS or (waited >= PLAIN_PAUSE and gained >= PLAIN_SHARE):
            self._tell(*self._last)

    def _tell(self, progress: Progress, pace: Pace) -> None:
        self._told = progress
        self._stream.write("  ".join(describe(progress, pace)) + "\n")
        self._stream.flush()

    def clear(self) -> None:
        """Whole lines need no clearing."""

    def finish(self) -> None:
        if self._last and self._last[0] != self._told:
            self._tell(*self._last)


class JsonProgress:
    """Writes one object a second, and the last of every stage."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._told: Progress | None = None
        self._last: Progress | None = None

    def show(self, progress: Progress) -> None:
        if self._told is None or progress.stage is not self._told.stage:
            self.finish()
            self._told = progress
        self._last = progress
        if progress.elapsed - self._told.elapsed >= JSON_SECONDS:
            self._tell(progress)

    def _tell(self, progress: Progress) -> None:
        self._told = progress
        from medialift.report import json  # as in Output

        for line in json.lines(progress):
            self._stream.write(line + "\n")
        self._stream.flush()

    def clear(self) -> None:
        """Whole lines need no clearing."""

    def finish(self) -> None:
        if self._last is not None and self._last is not self._told:
            self._tell(self._last)
