"""The fourth stage: does the target still hold what was copied?

A fresh listing, one request per 1,000 objects, answers for most: an object that still has the
version or ETag with which it was proved is the object that was proved, and its proof stands. What
this rests on: where the ETag is an MD5, on the bytes themselves; where it is opaque, on the
service's word that an ETag changes with the object. Neither sees bytes that rot on the service's
disks; only reading them again does (``deep``, or a sample). An object whose identity changed, or
of which the listing says none, is always read again; one that it lacks is looked for. An object
that failed before is read too, because what it failed for may be just what a listing does not see.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from medialift.errors import NotFoundError
from medialift.move.again import again
from medialift.move.digests import Halted
from medialift.move.glance import Doubt, glances
from medialift.move.journal import Copies
from medialift.move.pool import Hooks, Lane, each
from medialift.move.prove import holds, is_same_object
from medialift.move.values import Limits
from medialift.stores.base import Line, ObjectStore
from medialift.types import Evidence, NotVerified, ObjectInfo, State, Verified

T = TypeVar("T")
Outcome = Verified | NotVerified
EvidenceOf = Callable[[Sequence[str]], Mapping[str, Evidence]]

DOUBTS = 1000
"""How many items are looked at closely at a time: as many as the ledger tells of at once."""
STREAM_MEMORY = 4 * 1024 * 1024
"""Bytes that one download holds: two chunks and the connection's own buffers."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Items of which the listing says what it should: nothing else is to be known of them."""

    copies: Copies


@dataclass(frozen=True, slots=True)
class Judged:
    """One item that was looked at closely, with its size in bytes."""

    outcome: Outcome
    size: int


def verify(
    copies: Iterable[Copies],
    listing: Iterable[Sequence[Line]],
    target: ObjectStore,
    *,
    evidence_for: EvidenceOf,
    rereads: Callable[[str], bool] | None,
    limits: Limits,
    stop: threading.Event,
    tick: Callable[[], None],
) -> Generator[Seen | Judged, None, None]:
    """Whether the target holds what the ledger tells, page by page.

    *copies* and *listing* (of the target) are sorted by key. *evidence_for* is asked for up to 1,000
    names at once, of what is to be looked at closely. What *rereads* says yes to is read again in any
    case. Raises a ``StoreError`` if the target cannot be read: "cannot tell" is never "not there".
    Once *stop* is set, what is left has no outcome.
    """
    halt = threading.Event()
    workers = max(1, min(limits.workers, limits.bytes_in_flight // STREAM_MEMORY))

    def judged(pair: tuple[Evidence, ObjectInfo | None]) -> Judged | None:
        item, info = pair
        try:
            outcome = again(lambda: _judged(target, item, info, rereads, halt), attempts=limits.attempts, halt=halt)
        except Halted:
            return None
        return Judged(outcome, item.size)

    for seen, doubts in glances(copies, listing, rereads):
        if stop.is_set():
            return
        if seen:
            yield Seen(seen)
        for start in range(0, len(doubts), DOUBTS):
            known = _with_evidence(doubts[start : start + DOUBTS], evidence_for)
            hooks = Hooks(tick=tick, hurry=halt.set)
            answers = each(judged, known, lanes=[Lane(workers, DOUBTS)], stop=stop, hooks=hooks)
            yield from (answer for answer in answers if answer is not None)


def sampled(items: Iterable[T], count: int, rng: random.Random) -> frozenset[T]:
    """*count* of the items, each choice of them equally likely, from one pass in constant memory.

    Source: J. S. Vitter, "Random Sampling with a Reservoir", ACM TOMS 11 (1985), algorithm R.
    """
    chosen: list[T] = []
    for number, item in enumerate(items):
        if number < count:
            chosen.append(item)
        elif (place := rng.randrange(number + 1)) < count:
            chosen[place] = item
    return frozenset(chosen)


def bound(clean: int, of: int) -> float:
    """The share of bad objects that *clean* good ones out of *of* rule out at 95 % confidence ("rule of three").

    Source: J. A. Hanley and A. Lippman-Hand, JAMA 249 (1983) 1743. Zero if everything was read.
    """
    if clean >= of:
        return 0.0
    return min(1.0, 3 / clean) if clean else 1.0


def _with_evidence(doubts: Sequence[Doubt], evidence_for: EvidenceOf) -> Iterator[tuple[Evidence, ObjectInfo | None]]:
    known = evidence_for([copy.name for copy, _ in doubts])
    for copy, line in doubts:
        if copy.name in known:
            yield known[copy.name], None if line is None else ObjectInfo(*line[:3], version=line[3])


def _judged(
    target: ObjectStore,
    item: Evidence,
    info: ObjectInfo | None,
    rereads: Callable[[str], bool] | None,
    halt: threading.Event,
) -> Outcome:
    if info is None or info.size != item.size:
        # The ledger is read while the listing goes on: a second mover may have sent it since.
        info = _now(target, item.key)
    if info is None:
        return NotVerified(item, "gone from the target")
    if info.size != item.size:
        return NotVerified(item, f"{info.size} bytes at the target, {item.size} were copied")
    same = item.state is not State.FAILED and is_same_object(item, info)
    if same and (rereads is None or not rereads(item.name)):
        return Verified(item)
    if holds(target, item.key, item.size, item.digests, None, halt):
        return Verified(item, reread=True)
    return NotVerified(item, "other bytes at the target than were copied", reread=True)


def _now(target: ObjectStore, key: str) -> ObjectInfo | None:
    try:
        return target.head(key)
    except NotFoundError:
        return None
