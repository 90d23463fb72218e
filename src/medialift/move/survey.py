"""What a source holds, and how well it would fit elsewhere: sizes and names, without a target and without rows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from medialift.errors import InvalidKeyError
from medialift.keys import key_for
from medialift.move.journal import Tally
from medialift.move.ordered import Listed
from medialift.move.planning import extra_requests, source_files
from medialift.move.summary import Names
from medialift.move.values import Progress, Stage, Tell, tell_nobody
from medialift.stores.base import ObjectStore
from medialift.types import KeyRules, Traits

TOLD_EVERY = 1000
"""Files between two words of progress."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place that the files might go to: what it promises, and its largest object in bytes (``None``: unknown)."""

    traits: Traits
    max_object: int | None = None


@dataclass(slots=True)
class Fit:
    """How the files fit one place. ``requests`` counts those that sending them takes."""

    escaped: Names = field(default_factory=Names)
    refused: Names = field(default_factory=Names)
    """Names for which the place can have no key: they are too long."""
    too_large: Names = field(default_factory=Names)
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Survey:
    """``files`` is all there is; ``stopped`` says that the end was not reached, and every count is too small."""

    files: Tally
    fits: Mapping[str, Fit]
    stopped: bool


def survey(
    source: ObjectStore,
    places: Mapping[str, Elsewhere],
    *,
    stop: threading.Event | None = None,
    tell: Tell = tell_nobody,
) -> Survey:
    """List *source* once, and hold every file against each of *places*, by the names that these have there."""
    fits = {name: Fit() for name in places}
    key_in = _keys({place.traits.key_rules for place in places.values()})
    stopped = stop.is_set if stop else lambda: False
    total = Tally()
    for total, (name, info) in _counted(source_files(source), tell):
        keys = key_in(name)
        for place_name, place in places.items():
            _hold(name, info.size, keys[place.traits.key_rules], place, fits[place_name])
        if stopped():
            return Survey(total, fits, stopped=True)
    return Survey(total, fits, stopped=False)


def _hold(name: str, size: int, key: str | None, place: Elsewhere, fit: Fit) -> None:
    if key is None:
        fit.refused.add(name)
    elif key != name:
        fit.escaped.add(name)
    if place.max_object is not None and size > place.max_object:
        fit.too_large.add(name)
    fit.requests += 1 + extra_requests(size, place.traits)


def _keys(rules: Iterable[KeyRules]) -> Callable[[str], dict[KeyRules, str | None]]:
    """The key of a name under each of *rules*: many places have the same ones."""
    distinct = tuple(rules)
    return lambda name: {one: _key(name, one) for one in distinct}


def _key(name: str, rules: KeyRules) -> str | None:
    try:
        return key_for(name, rules)
    except InvalidKeyError:
        return None


def _counted(files: Iterable[Listed], tell: Tell) -> Iterable[tuple[Tally, Listed]]:
    """Each file with the sum of those up to it."""
    began, total = time.monotonic(), Tally()
    for name, info in files:
        total += Tally(1, info.size)
        if total.files % TOLD_EVERY == 0:
            tell(Progress(Stage.PLAN, total.files, 0, total.bytes, 0, 0, time.monotonic() - began))
        yield total, (name, info)
