"""The fourth stage: does the target still hold what was copied?

A fresh listing, one request per 1,000 objects, answers for most: an object that still has the
version or ETag with which it was proved is the object that was proved, and its proof stands. What
this rests on: where the ETag is an MD5, on the bytes themselves; where it is opaque, on the
service's word that an ETag changes with the object. Neither sees bytes that rot on the service's
disks; only reading them again does (``deep``, or a sample). An object whose identity changed, or
of which the listing says none, is always read again; so is one that failed before, because what it
failed for may be just what a listing does not see.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from medialift.move.again import again
from medialift.move.digests import Halted
from medialift.move.ordered import Listed, joined
from medialift.move.pool import Hooks, Lane, each
from medialift.move.prove import holds, is_same_object
from medialift.move.sorted_records import name_at
from medialift.move.values import Limits
from medialift.stores.base import ObjectStore
from medialift.types import Evidence, KeyRules, NotVerified, ObjectInfo, Proof, State, Verified

T = TypeVar("T")
Outcome = Verified | NotVerified

PAGE = 1000
STREAM_MEMORY = 4 * 1024 * 1024
"""Bytes that one download holds: two chunks and the connection's own buffers."""


def verify(
    evidence: Iterable[Evidence],
    listing: Iterable[Listed],
    target: ObjectStore,
    *,
    rereads: Callable[[str], bool],
    limits: Limits,
    stop: threading.Event,
    tick: Callable[[], None],
) -> Generator[Outcome, None, None]:
    """Whether the target holds what *evidence* tells, item by item.

    *evidence* and *listing* (of the target) are sorted by the names that the objects have there. What
    *rereads* says yes to is read again in any case. Raises a ``StoreError`` if the target cannot be
    read: "cannot tell" is never "not there". Once *stop* is set, what is left has no outcome.
    """
    halt = threading.Event()
    judged = _judged(_placed(evidence, target.traits.key_rules), listing, rereads)

    def read(item: Evidence) -> Outcome | None:
        try:
            return again(lambda: _read(target, item, halt), attempts=limits.attempts, halt=halt)
        except Halted:
            return None

    workers = max(1, min(limits.workers, limits.bytes_in_flight // STREAM_MEMORY))
    while page := list(islice(judged, PAGE)):
        if stop.is_set():
            return
        yield from (answer for answer in page if not isinstance(answer, Evidence))
        doubts = [answer for answer in page if isinstance(answer, Evidence)]
        hooks = Hooks(tick=tick, hurry=halt.set)
        answers = each(read, doubts, lanes=[Lane(workers, PAGE)], stop=stop, hooks=hooks)
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


def _placed(evidence: Iterable[Evidence], rules: KeyRules) -> Iterator[tuple[str, Evidence]]:
    return ((name_at(item.key, rules) or item.name, item) for item in evidence)


def _judged(
    evidence: Iterable[tuple[str, Evidence]], listing: Iterable[Listed], rereads: Callable[[str], bool]
) -> Iterator[Outcome | Evidence]:
    last: tuple[str, ObjectInfo | None] = ("", None)
    for name, item, info in joined(evidence, listing):
        if item is None:
            continue
        if info is None and name == last[0]:
            info = last[1]  # a file that was renamed since lies where another one lay before
        last = (name, info)
        yield _by_listing(item, info, rereads)


def _by_listing(item: Evidence, info: ObjectInfo | None, rereads: Callable[[str], bool]) -> Outcome | Evidence:
    name = item.name
    if info is None:
        return NotVerified(name, item.key, "gone from the target")
    if info.size != item.size:
        return NotVerified(name, item.key, f"{info.size} bytes at the target, {item.size} were copied")
    if item.state is not State.FAILED and is_same_object(item, info) and not rereads(name):
        return Verified(name, item.proof)
    return item


def _read(target: ObjectStore, item: Evidence, halt: threading.Event) -> Outcome:
    if holds(target, item.key, item.size, item.digests, None, halt):
        return Verified(item.name, Proof.READ_BACK, reread=True)
    return NotVerified(item.name, item.key, "other bytes at the target than were copied", reread=True)
