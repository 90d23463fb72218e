"""What a person decides about one file that a move could not bring over, knowing both sides."""

from __future__ import annotations

from dataclasses import dataclass, replace

from medialift.errors import AccessDeniedError, InvalidKeyError, NotFoundError, RefusedError
from medialift.keys import key_for
from medialift.move import copy as copy_stage
from medialift.move.back import Superseding
from medialift.move.earlier import as_seen
from medialift.move.journal import Journal, Recorded
from medialift.move.send import Outcome
from medialift.move.values import Job
from medialift.stores.base import ObjectStore
from medialift.types import Action, Digests, Evidence, Item, NotCopied, ObjectInfo, Proof, State, Step

DECIDED = (
    State.CONFLICT,
    State.UNREADABLE,
    State.NAME_INVALID_AT_TARGET,
    State.OUT_OF_REACH,
    State.VANISHED,
)
"""States that no further run ends by itself: either something is mended, or a person decides."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What lies on each side right now; ``None`` where there is nothing, or nothing that may be looked at."""

    source: ObjectInfo | None
    target: ObjectInfo | None


def look(job: Job, item: Item) -> Sides:
    """Look at both sides of *item*: one request for each."""
    return Sides(_seen(job.source, item.name), _at(job.target, item.key))


def accept(journal: Journal, recorded: Recorded, sides: Sides) -> None:
    """Leave both sides as they are; holds while neither changes. The target's object has been seen by a person."""
    item = recorded.item if sides.source is not None else replace(recorded.item, size=0, fingerprint="")
    journal.record([NotCopied(item, State.ACCEPTED, f"accepted: {recorded.reason}", as_seen(sides.target))])


def take_back(journal: Journal, recorded: Recorded) -> None:
    """Forget that it was accepted: the next run decides as if nobody had."""
    journal.record([NotCopied(recorded.item, State.PENDING, "it is no longer accepted; the next run looks again")])


def take_source(job: Job, recorded: Recorded, sides: Sides, *, move_id: str) -> Outcome:
    """Send the source's file in the place of the target's, of which a copy is set aside there first.

    It lies below ``.medialift-superseded/<move_id>/`` at the target. Only the object in *sides* is
    replaced: if another one is there by now, the outcome is a conflict again. Raises
    :class:`~medialift.errors.RefusedError` where one of the two is not there.
    """
    there = sides.target
    if recorded.state is not State.CONFLICT or sides.source is None or there is None:
        reason = f"{recorded.item.name!r} is no conflict of two files"
        raise RefusedError(reason, hint="Only where both sides hold a file can one take the other's place.")
    step = Step(Action.REPLACE, recorded.item, "a person has chosen it", there, _as_if_ours(recorded.item, there))
    target = Superseding(job.target, move_id)
    done = copy_stage.copy([step], job.source, target, limits=job.limits, stop=job.stop, mark=job.journal.mark)
    (outcome,) = done
    job.journal.record([outcome])
    return outcome


def _as_if_ours(item: Item, there: ObjectInfo) -> Evidence:
    """Evidence of exactly the object that was looked at, for nothing else may be replaced."""
    digests, proof = Digests(b"", b""), Proof.READ_BACK
    return Evidence(item.name, item.key, there.size, "", digests, there.etag, there.version, None, proof, State.FAILED)


def _seen(store: ObjectStore, name: str) -> ObjectInfo | None:
    try:
        return _at(store, key_for(name, store.traits.key_rules))
    except InvalidKeyError:
        return None


def _at(store: ObjectStore, key: str) -> ObjectInfo | None:
    try:
        return store.head(key)
    except (NotFoundError, InvalidKeyError, AccessDeniedError):
        return None
