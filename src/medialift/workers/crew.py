"""What the process does that shares a move out: cut it, call workers, watch, and finish what is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from medialift.ledger.shards import Shards, Sheet
from medialift.models import StorePair
from medialift.move import run as engine
from medialift.move.journal import Tally
from medialift.move.shards import Sizes, tapering
from medialift.move.values import CopyResult, Job, Progress, Stage
from medialift.workers.message import Message, Queue
from medialift.workers.queues import QueueError

POLL = 0.5
"""Seconds between two looks at the shards: each is one query, however many items there are."""
MOST_CALLS = 256
"""Messages that wait in the queue at once. One that finds nothing to do costs a query."""
QUIET = 10.0
"""Seconds without a sign of life, with work to take, after which workers are called again; no more than a lease."""
LONGEST_QUIET = 300.0
"""Seconds. Each call that nobody follows doubles the wait up to these: messages that nobody takes pile up."""


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers behind one queue; *say* tells a person what is no result.

    ``sizes`` says how the move is cut; without it the parts get smaller towards the end.
    """

    queue: Queue
    shards: Shards
    message: Message
    say: Callable[[str], None]
    sizes: Sizes | None = None

    def copy(self, job: Job, pair: StorePair, to_do: Tally) -> CopyResult:
        """Have the planned items of *pair* copied, *to_do* in all. What the workers leave is done here, at the end."""
        began = time.monotonic()
        self.shards.lay_out(pair, self.sizes or tapering(to_do))
        sheet = _Watch(self, job.stop, job.tell, began).until_done()
        self._tell_errors(sheet)
        if job.stop.is_set():
            return CopyResult(sheet.finished, Tally(), {}, (), stopped=True, elapsed=time.monotonic() - began)
        self.shards.clear()
        rest = engine.copy_planned(job)
        return replace(rest, copied=rest.copied + sheet.finished, elapsed=time.monotonic() - began)

    def _tell_errors(self, sheet: Sheet) -> None:
        for error in sheet.errors:
            self.say(f"A worker could not go on: {error}")
        if sheet.given_up:
            self.say("What the workers have left is copied here.")


class _Watch:
    """Looks after the shards until all are done or nobody can do them."""

    def __init__(self, crew: Crew, stop: threading.Event, tell: Callable[[Progress], None], began: float) -> None:
        self._crew, self._stop, self._tell, self._began = crew, stop, tell, began
        self._seen: tuple[object, ...] = ()
        self._changed = 0.0  # so long ago that the first look calls workers
        self._calls = 0
        self._held = False
        self._quiet = self._shortest = min(QUIET, crew.message.lease)

    def until_done(self) -> Sheet:
        while True:
            sheet = self._crew.shards.sheet()
            self._show(sheet)
            if self._stop.is_set():
                return self._called_off()
            if not sheet.alive and not sheet.waiting:
                return sheet
            if self._is_held():
                self._changed, self._calls = 0.0, 0  # once it goes on, workers are called at once
            else:
                self._call(sheet)
            self._stop.wait(POLL)

    def _called_off(self) -> Sheet:
        """Whoever is at work finishes what is under way; one that is dead is not waited for beyond its lease."""
        self._crew.shards.stop()
        while (sheet := self._crew.shards.sheet()).alive:
            self._show(sheet)
            time.sleep(POLL)
        return sheet

    def _is_held(self) -> bool:
        held = self._crew.shards.is_paused()
        if held and not self._held:
            self._crew.say("The move is paused: `medialift resume` lets it go on.")
        self._held = held
        return held

    def _show(self, sheet: Sheet) -> None:
        done, all_ = sheet.finished, sheet.amount
        elapsed = time.monotonic() - self._began
        self._tell(Progress(Stage.COPY, done.files, all_.files, done.bytes, all_.bytes, len(sheet.errors), elapsed))

    def _call(self, sheet: Sheet) -> None:
        """Call workers if there is work and no sign that it is being taken: at first, or when messages were lost."""
        now, seen = time.monotonic(), (sheet.done, sheet.alive, sheet.finished)
        if seen != self._seen:
            self._seen, self._quiet = seen, self._shortest
            self._changed = now if self._calls else self._changed
        if not sheet.waiting or (self._calls and now - self._changed < self._quiet):
            return
        again = self._calls > 0
        if again:
            self._crew.say(f"Calling workers again; to start one: {self._crew.queue.how_to_start}")
        self._changed = now
        self._calls += 1
        try:
            for _ in range(min(sheet.waiting, MOST_CALLS)):
                self._crew.queue.send(self._crew.message)
            self._quiet = min(2 * self._quiet, LONGEST_QUIET) if again else self._quiet
        except QueueError as error:
            self._crew.say(f"{error.reason}; trying again in {self._quiet:.0f} s")
