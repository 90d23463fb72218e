"""After the switch: does the site work at the target of its move?"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from django.core.files.storage import Storage

from medialift.bridge import identity_of, store_for
from medialift.doctor.check import Outcome, State
from medialift.doctor.finding import Rule
from medialift.freeze.storages import unfrozen
from medialift.move.journal import Journal
from medialift.move.sorted_records import as_named_there
from medialift.smoke import smoke
from medialift.types import KeyRules, StoreIdentity
from medialift.types import State as ItemState

TRIED = 20
FROM = 2000
"""Files of the move that are looked for, drawn from as many of its first ones."""

NOT_SWITCHED = Rule(
    "medialift.E070",
    "STORAGES[{alias!r}] is {place}, and not the target of the move {move} ({target}).",
    "Follow `python manage.py medialift switch {move}`, and restart every process of the site.",
)
OLD_FILES = Rule(
    "medialift.E071",
    "Of {tried} files that the move {move} has proved, STORAGES[{alias!r}] lacks {missing}: {example} among them.",
    "python manage.py medialift verify {move}",
)
RULES = (NOT_SWITCHED, OLD_FILES)


def where(storage: Storage, source: StoreIdentity, target: StoreIdentity) -> StoreIdentity | None:
    """Which end of a move *storage* is: *source* or *target*, or ``None`` for neither."""
    place = identity_of(storage).place
    return next((end for end in (target, source) if end.place == place), None)


def check(
    alias: str, storage: Storage, move: str, target: StoreIdentity, journals: Sequence[Journal]
) -> Iterator[Outcome]:
    """Whether *storage* is the target, old files resolve there, and a new one goes through it from end to end.

    A freeze does not hold for the trial: it comes before the doors are opened again.
    """
    place = identity_of(storage)
    if place.place != target.place:
        found = NOT_SWITCHED.found(alias=alias, place=place, move=move, target=target)
        yield Outcome(alias, NOT_SWITCHED.id, _ABOUT_SWITCH, State.FINDING, (found,))
        return
    yield Outcome(alias, NOT_SWITCHED.id, _ABOUT_SWITCH, State.OK)
    yield _old_files(alias, storage, move, journals)
    yield from smoke(alias, unfrozen(storage), ())


_ABOUT_SWITCH = "the site works at the target of the move"
_ABOUT_FILES = "old files resolve"


def _old_files(alias: str, storage: Storage, move: str, journals: Sequence[Journal]) -> Outcome:
    rules = store_for(storage).traits.key_rules
    names = [name for journal in journals for name in sample(journal, rules)]
    if not names:
        reason = "the move has proved no file"
        return Outcome(alias, OLD_FILES.id, _ABOUT_FILES, State.NOT_APPLICABLE, reason=reason)
    try:
        missing = [name for name in names if not storage.exists(name)]
    except Exception as error:  # noqa: BLE001 (a site's own storage may raise anything, and then nobody can tell)
        return Outcome(alias, OLD_FILES.id, _ABOUT_FILES, State.UNKNOWN, reason=str(error) or type(error).__name__)
    if not missing:
        return Outcome(alias, OLD_FILES.id, _ABOUT_FILES, State.OK)
    found = OLD_FILES.found(alias=alias, move=move, tried=len(names), missing=len(missing), example=missing[0])
    return Outcome(alias, OLD_FILES.id, _ABOUT_FILES, State.FINDING, (found,))


def sample(journal: Journal, rules: KeyRules) -> Sequence[str]:
    """Names of some files that the move has proved, as they are at a target with *rules*."""
    recorded = as_named_there(journal.recorded([ItemState.VERIFIED]), rules)
    proved = [entry.item.name for entry in islice(recorded, FROM)]
    return random.sample(proved, min(TRIED, len(proved)))
