"""Work in threads between two iterators: bounded, unordered, nothing lost.

The caller's thread alone pulls items and gets results, so database cursors and ledgers stay there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Generic, Protocol, TypeVar

from medialift.move.pace import Pace
from medialift.move.pause import Gate

T = TypeVar("T")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

TICK = 0.2
"""Seconds without a result after which the caller is given a chance to look at the clock."""
BOTH = 0.02
"""Seconds that the caller waits in one place while results may come from two."""


def do_nothing() -> None:
    """The hook of callers that need none."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Workers for one kind of item. ``ahead`` items may wait in it; ``pace`` lowers the number of workers.

    While ``gate`` is closed none of them begins anything.
    """

    workers: int
    ahead: int
    pace: Pace | None = None
    gate: Gate | None = None

    @property
    def allowed(self) -> int:
        return self.workers if self.pace is None else min(self.workers, self.pace.limit)


@dataclass(frozen=True, slots=True)
class Hooks:
    """``tick`` is called in the caller's thread now and then, ``hurry`` once, when no more results are wanted."""

    tick: Callable[[], None] = do_nothing
    hurry: Callable[[], None] = do_nothing


class Inline(Protocol[T, R_co]):
    """A lane of the caller's own thread: many items under way at once, and no thread for any of them."""

    @property
    def under_way(self) -> int: ...

    def takes(self, item: T, /) -> bool: ...

    def has_room(self) -> bool: ...

    def begin(self, item: T, /) -> bool:
        """Begin *item*; false if it has to go through another lane."""

    def results(self, wait: float, /) -> Iterator[R_co]:
        """What is done, after at most *wait* seconds."""

    def returned(self) -> Iterable[T]:
        """What was begun here and has to go through another lane after all."""

    def hold(self) -> None:
        """Begin nothing more of what waits here: no more results are wanted than those of what is under way."""

    def close(self) -> None: ...


def each(
    work: Callable[[T], R],
    items: Iterable[T],
    *,
    lanes: Sequence[Lane],
    lane_of: Callable[[T], int] = lambda item: 0,
    stop: threading.Event,
    hooks: Hooks = Hooks(),
    inline: Inline[T, R] | None = None,
) -> Generator[R, None, None]:
    """``work(item)`` of every item, as they get done; what *inline* takes is done there.

    If *work* raises, nothing more is begun, the results of what is in flight still come, and then
    the error is raised. Once *stop* is set, the same without an error.
    """
    crew = _Crew(work, lanes, stop, hooks)

    def some() -> Iterator[R]:
        """Results, wherever they come from."""
        if inline is None or not inline.under_way:
            yield from crew.results()
            return
        if crew.ends:
            inline.hold()
        yield from inline.results(BOTH if crew.pending else TICK)
        for item in inline.returned():
            crew.give(lane_of(item), item)
        yield from crew.ready()

    def taken(item: T) -> Generator[R, None, bool]:
        """Whether *inline* has begun *item*, or nothing is begun any more."""
        if inline is None or not inline.takes(item):
            return False
        while not inline.has_room():
            if crew.ends:
                return True
            yield from some()
        return inline.begin(item)

    try:
        for item in items:
            if crew.ends:
                break
            if (yield from taken(item)):
                continue
            lane = lane_of(item)
            crew.give(lane, item)
            while crew.is_full(lane) and not crew.ends:
                yield from some()
        while crew.pending or (inline is not None and inline.under_way):
            yield from some()
        crew.raise_failure()
    finally:
        # The crew's threads may be waiting for what the lane holds.
        if inline is not None:
            inline.close()
        crew.close()


def run_each(work: Callable[[T], R], items: Iterable[T], *, workers: int, stop: threading.Event) -> Iterator[R]:
    """:func:`each` with one lane, for work of one kind."""
    return each(work, items, lanes=[Lane(workers, ahead=2 * workers)], stop=stop)


@dataclass(slots=True)
class _Done(Generic[R]):
    lane: int
    result: R | None = None
    error: BaseException | None = None


class _Crew(Generic[T, R]):
    """The threads of one :func:`each`; used by the caller's thread, but for ``_labour``."""

    def __init__(self, work: Callable[[T], R], lanes: Sequence[Lane], stop: threading.Event, hooks: Hooks) -> None:
        self._work, self._lanes, self._stop, self._hooks = work, lanes, stop, hooks
        self._waiting: list[SimpleQueue[tuple[T] | None]] = [SimpleQueue() for _ in lanes]
        self._given = [0] * len(lanes)
        self._threads: list[list[threading.Thread]] = [[] for _ in lanes]
        self._done: SimpleQueue[_Done[R]] = SimpleQueue()
        self._failure: BaseException | None = None
        self._hurried = False

    @property
    def ends(self) -> bool:
        return self._failure is not None or self._stop.is_set()

    @property
    def pending(self) -> int:
        return sum(self._given)

    def is_full(self, lane: int) -> bool:
        return self._given[lane] >= self._lanes[lane].workers + self._lanes[lane].ahead

    def give(self, lane: int, item: T) -> None:
        self._given[lane] += 1
        self._waiting[lane].put((item,))
        if len(self._threads[lane]) < min(self._lanes[lane].allowed, self._given[lane]):
            self._start(lane)

    def results(self) -> Iterator[R]:
        """Wait for results and give all that are there; none if the wait was long."""
        if self.ends:
            self._give_up()
        try:
            yield from self._accept(self._done.get(timeout=TICK))
        except Empty:
            self._hooks.tick()
        else:
            yield from self.ready()

    def ready(self) -> Iterator[R]:
        """All results that are there."""
        if self.ends:
            self._give_up()
        try:
            while True:
                yield from self._accept(self._done.get_nowait())
        except Empty:
            self._hooks.tick()

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Let every thread end, and wait for it."""
        self._give_up()
        if self.pending:
            self._hurry()
        for lane, threads in enumerate(self._threads):
            pace = self._lanes[lane].pace
            if pace is not None:
                pace.retire()
            for _ in threads:
                self._waiting[lane].put(None)
        for thread in (thread for threads in self._threads for thread in threads):
            thread.join()

    def _accept(self, done: _Done[R]) -> Iterator[R]:
        self._given[done.lane] -= 1
        if done.error is None:
            yield done.result  # type: ignore[misc]
        elif self._failure is None:
            self._failure = done.error

    def _give_up(self) -> None:
        """Take back what nobody has begun."""
        for lane, waiting in enumerate(self._waiting):
            try:
                while waiting.get_nowait() is not None:
                    self._given[lane] -= 1
            except Empty:
                pass
        self._open_gates()
        if self._stop.is_set():
            self._hurry()

    def _open_gates(self) -> None:
        """Whoever waits there shall see that the work is over."""
        for lane in self._lanes:
            if lane.gate is not None:
                lane.gate.set_open(True)

    def _hurry(self) -> None:
        if not self._hurried:
            self._hurried = True
            self._hooks.hurry()

    def _start(self, lane: int) -> None:
        number = len(self._threads[lane])
        thread = threading.Thread(target=self._labour, args=(lane, number), name=f"medialift-{lane}-{number}")
        thread.daemon = True
        self._threads[lane].append(thread)
        thread.start()

    def _labour(self, lane: int, number: int) -> None:
        waiting, pace, gate = self._waiting[lane], self._lanes[lane].pace, self._lanes[lane].gate
        while True:
            if pace is not None:
                pace.wait_turn(number)
            item = waiting.get()
            if item is None:
                return
            if gate is not None:
                gate.pass_through()
            try:
                self._done.put(_Done(lane, self._work(item[0])))
            except BaseException as error:  # noqa: BLE001 - raised again in the caller thread
                self._done.put(_Done(lane, error=error))
