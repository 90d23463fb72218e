"""The third stage: bring every planned file to the target, many at once, and prove each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import dataclass

from medialift.move.carrier import small_files
from medialift.move.pace import Budget, Flow, Pace, most_connections
from medialift.move.packing import Packer
from medialift.move.pause import Gate
from medialift.move.pool import Hooks, Lane, do_nothing, each
from medialift.move.reading import Source
from medialift.move.send import PARTS_HELD, Outcome, Sender
from medialift.move.transfer import Transfer, Tried
from medialift.move.values import Limits
from medialift.stores.base import ObjectStore
from medialift.types import Action, NotCopied, State, Step

WORK = (Action.COPY, Action.REPLACE, Action.ADOPT)
SMALL, LARGE = 0, 1

THREADS = 128
"""So many at most, and as many transfers that need one each. More of them only wait for each other's turn."""
SMALL_AHEAD = 64
LARGE_AHEAD = 1000
"""Large files that may wait: so many can follow each other before small ones have to wait too."""

SAME_FAILURES = 50
"""So many failures of one kind, with nothing done in between, are the store's: the run ends with the last."""


@dataclass(frozen=True, slots=True)
class Watch:
    """``tick`` is called in the caller's thread a few times a second, ``sent`` in any, with bytes that went over.

    ``unanswered`` is called in any thread when an upload ends without an answer, and may still replace what is there.
    While ``gate`` is closed no file is begun.
    """

    tick: Callable[[], None] = do_nothing
    sent: Callable[[int], None] = lambda size: None
    unanswered: Callable[[], None] = do_nothing
    gate: Gate | None = None


def copy(
    steps: Iterable[Step],
    source: ObjectStore,
    target: ObjectStore,
    *,
    limits: Limits,
    stop: threading.Event,
    watch: Watch = Watch(),
    mark: str = "",
    expected: int = 0,
) -> Generator[Outcome, None, None]:
    """The outcome of each step that has work in it, as they get done.

    Files up to ``limits.whole`` bytes and larger ones go in lanes of their own, so that neither
    waits for the other. Once *stop* is set, small files in flight are finished and large ones given
    up; they have no outcome. *mark* is written beside every object. *expected* is how many steps there may be,
    if that is known: many of them are prepared for from the start. Raises a ``StoreError`` that
    concerns a whole store after everything in flight has come out.
    """
    halt = threading.Event()
    pace = Pace(min(limits.workers, most_connections()))
    threads = min(limits.workers, THREADS)
    budget = Budget(limits.bytes_in_flight)
    packer = Packer(Source.of(source), target.traits, mark)
    sender = Sender(packer.source, target, limits.whole, budget, halt, watch.sent, mark, watch.unanswered)
    transfer = Transfer(sender, limits.attempts, pace)
    lanes = (
        Lane(threads, SMALL_AHEAD + 3 * threads, pace, watch.gate),
        Lane(_streams(limits, target), LARGE_AHEAD, gate=watch.gate),
    )
    tried: Generator[Tried | None, None, None] = each(
        transfer,
        (step for step in steps if step.action in WORK),
        lanes=lanes,
        lane_of=lambda step: LARGE if step.item.size > limits.whole else SMALL,
        stop=stop,
        hooks=Hooks(tick=watch.tick, hurry=halt.set),
        inline=small_files(target, packer, Flow(budget, pace, watch.gate, watch.sent), limits.processes, expected),
    )
    return _until_all_fail(tried)


def _streams(limits: Limits, target: ObjectStore) -> int:
    """Large files at once: as many as the memory holds :data:`PARTS_HELD` parts of."""
    return max(1, min(limits.workers, limits.bytes_in_flight // (PARTS_HELD * target.traits.part_size)))


def _until_all_fail(results: Generator[Tried | None, None, None]) -> Generator[Outcome, None, None]:
    """The outcomes; ends with the error once it is the same for everything."""
    run = 0
    kind: type[object] = type(None)
    with closing(results):
        for tried in results:
            if tried is None:
                continue
            yield tried.outcome
            failed = isinstance(tried.outcome, NotCopied) and tried.outcome.state is State.FAILED
            run = run + 1 if failed and type(tried.error) is kind else int(failed)
            kind = type(tried.error)
            if run >= SAME_FAILURES and tried.error is not None:
                raise tried.error
