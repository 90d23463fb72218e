"""Which earlier versions are to become current again."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from medialift.stores.versions import Version


class Verdict(enum.Enum):
    """What is to be done about one key, or why nothing is."""

    RESTORE = "restore"
    CURRENT = "current"
    """What is current is what was asked for."""
    ABSENT = "absent"
    """There was no such file at the time, as far as versions reach back."""
    DELETED = "deleted"
    """It was deleted at the time."""
    ONLY = "only"
    """There is no other version than the current one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One key: the version that readers get now, and the one that they will get (only to ``RESTORE``)."""

    key: str
    verdict: Verdict
    now: Version
    then: Version | None = None


def choices(versions: Iterable[Version], at: datetime | None, *, only_deleted: bool = False) -> Iterator[Choice]:
    """One choice for each key, from *versions* sorted by key with the newest first.

    What was current *at* that time; without one, what was there before the latest change. *only_deleted*
    leaves files alone that are there. Holds the versions of one key in memory.
    """
    for _, group in groupby(versions, key=lambda version: version.key):
        history = list(group)
        if not only_deleted or history[0].deleted:
            yield _as_of(history, at) if at else _before(history)


def _as_of(history: Sequence[Version], at: datetime) -> Choice:
    now = history[0]
    then = next((version for version in history if version.modified <= at), None)
    if then is None:
        return Choice(now.key, Verdict.ABSENT, now)
    if then.deleted:
        return Choice(now.key, Verdict.DELETED, now)
    if then is now:
        return Choice(now.key, Verdict.CURRENT, now)
    return Choice(now.key, Verdict.RESTORE, now, then)


def _before(history: Sequence[Version]) -> Choice:
    now = history[0]
    then = next((version for version in history[1:] if not version.deleted), None)
    return Choice(now.key, Verdict.RESTORE, now, then) if then else Choice(now.key, Verdict.ONLY, now)
