"""Looks again and again at what can break later, and says what has changed since the last time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone

from medialift.doctor.check import Outcome, State, StoreCheck
from medialift.doctor.checks import STORE_CHECKS
from medialift.doctor.run import examine_store
from medialift.doctor.site import SiteFacts
from medialift.errors import StoreError
from medialift.stores.base import ObjectStore, capability
from medialift.stores.credentials import TellsCredentials

WATCHED: tuple[StoreCheck, ...] = tuple(check for check in STORE_CHECKS if check.watched)


@dataclass(frozen=True, slots=True)
class Round:
    """One look at every store. ``ended`` is in UTC, ``expires`` the end of credentials by alias, where it is known."""

    number: int
    ended: datetime
    seconds: float
    outcomes: tuple[Outcome, ...]
    expires: Mapping[str, datetime]

    def count(self, state: State) -> int:
        return sum(outcome.state is state for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Alteration:
    """A check that has begun to find something (``began``), or has ceased to. ``outcome`` is how it ended now."""

    at: datetime
    began: bool
    outcome: Outcome


def rounds(
    facts: SiteFacts, stores: Mapping[str, ObjectStore], checks: Iterable[StoreCheck] = WATCHED
) -> Iterator[Round]:
    """A look each time that one is asked for."""
    checks, number = tuple(checks), 0
    while True:
        number += 1
        began = time.monotonic()
        found = (examine_store(facts, alias, store, checks) for alias, store in stores.items())
        outcomes = tuple(outcome for each in found for outcome in each)
        expires = {alias: end for alias, store in stores.items() if (end := _end_of(store))}
        yield Round(number, datetime.now(timezone.utc), time.monotonic() - began, outcomes, expires)


def alterations(before: Round | None, now: Round) -> Iterator[Alteration]:
    """What *now* finds and *before* did not, and the other way round.

    What has become unknown has neither begun nor ceased: it is as it was.
    """
    known = _findings(before) if before else frozenset()
    for outcome in now.outcomes:
        place = outcome.alias, outcome.id
        if outcome.state is State.FINDING and place not in known:
            yield Alteration(now.ended, True, outcome)
        elif outcome.state in (State.OK, State.NOT_APPLICABLE) and place in known:
            yield Alteration(now.ended, False, outcome)


def remembering(before: Round | None, now: Round) -> Round:
    """*now*, with the findings of *before* in the place of what has become unknown meanwhile."""
    if before is None:
        return now
    known = {(outcome.alias, outcome.id): outcome for outcome in before.outcomes if outcome.state is State.FINDING}

    def kept(outcome: Outcome) -> Outcome:
        return known.get((outcome.alias, outcome.id), outcome) if outcome.state is State.UNKNOWN else outcome

    return Round(now.number, now.ended, now.seconds, tuple(map(kept, now.outcomes)), now.expires)


def _findings(found: Round) -> frozenset[tuple[str, str]]:
    return frozenset((outcome.alias, outcome.id) for outcome in found.outcomes if outcome.state is State.FINDING)


def _end_of(store: ObjectStore) -> datetime | None:
    teller = capability(store, TellsCredentials)
    try:
        return teller.credential_facts().expires if teller else None
    except StoreError:
        return None  # a check says so
