"""One file, tried again where that can help, until its outcome is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from medialift.errors import (
    BucketNotFoundError,
    ClockSkewError,
    CredentialsError,
    DigestMismatchError,
    ForkedStoreError,
    InvalidKeyError,
    MedialiftError,
    NoSpaceError,
    NotFoundError,
    ReadOnlyError,
    StoreError,
    ThrottledError,
    WrongRegionError,
)
from medialift.move.again import rest
from medialift.move.digests import Halted
from medialift.move.pace import Pace
from medialift.move.reading import SourceError
from medialift.move.send import Outcome, Sender, SpoiledError
from medialift.stores.base import ObjectStore
from medialift.types import Action, Digests, Evidence, Item, NotCopied, Proof, State, Step, Stored

STORE_WIDE = (
    BucketNotFoundError,
    ClockSkewError,
    CredentialsError,
    ForkedStoreError,
    NoSpaceError,
    ReadOnlyError,
    WrongRegionError,
)
"""What is wrong with a store, not with one file: every other file would fail in the same way."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one step, and the error that decided it."""

    step: Step
    outcome: Outcome
    error: MedialiftError | None = None


@dataclass(frozen=True)
class Transfer:
    """Carries files, each in up to ``attempts`` attempts; safe to call from many threads."""

    sender: Sender
    attempts: int
    pace: Pace

    def __call__(self, step: Step) -> Tried | None:
        """What became of *step*; ``None`` if the move was stopped meanwhile.

        Raises the errors of :data:`STORE_WIDE`; every other one becomes the outcome.
        """
        for attempt in range(1, self.attempts + 1):
            try:
                outcome = self.sender.attempt(step)
            except Halted:
                return None
            except SourceError as wrapped:
                told = _judged(wrapped.error, self.sender.source.store)
                tried = Tried(step, _because_of_source(step.item, told), told)
            except SpoiledError as spoiled:
                tried = Tried(step, _because_of_target(step.item, spoiled.error), spoiled.error)
                step = _over_our_own(step, spoiled.stored)
            except MedialiftError as error:
                told = _judged(error, self.sender.target)
                tried = Tried(step, _because_of_target(step.item, told), told)
            else:
                self.pace.succeeded()
                return Tried(step, outcome)
            if attempt == self.attempts or not self._is_worth_another_try(tried.error, attempt):
                break
        return tried

    def _is_worth_another_try(self, error: MedialiftError | None, attempt: int) -> bool:
        """Raise what concerns the whole store; rest and say yes if another attempt can help."""
        if isinstance(error, STORE_WIDE):
            raise error
        if isinstance(error, ThrottledError):
            self.pace.throttled()
        if error is None or not (error.retryable or isinstance(error, DigestMismatchError)):
            return False
        return not self.sender.halt.wait(rest(error, attempt))


def _judged(error: MedialiftError, store: ObjectStore) -> MedialiftError:
    """*error*, unless it says that the whole bucket is missing and a look finds it: then one of this name alone.

    Some services answer so for a name that they cannot hold. Costs one request; who cannot look believes it.
    """
    if not isinstance(error, BucketNotFoundError):
        return error
    try:
        next(iter(store.list()), None)
    except MedialiftError:
        return error
    reason = f"{error.reason}, for this name alone: the bucket or folder is there"
    return StoreError(reason, operation=error.operation, key=error.key, store=error.store)


def _over_our_own(step: Step, stored: Stored) -> Step:
    """The target may hold our own wrong object now: the next attempt replaces exactly that one."""
    item = step.item
    ours = Evidence(
        item.name,
        item.key,
        stored.size,
        "",
        Digests(b"", b""),
        stored.etag,
        stored.version,
        stored.part_size,
        Proof.READ_BACK,
        State.FAILED,
    )
    return replace(step, action=Action.REPLACE, target=None, evidence=ours)


def _because_of_source(item: Item, error: MedialiftError) -> NotCopied:
    kind = type(error).__name__
    if isinstance(error, NotFoundError):
        return NotCopied(item, State.VANISHED, "it was there when the move was planned, and is gone", kind)
    if error.retryable:
        return NotCopied(item, State.FAILED, error.reason, kind, retryable=True)
    return NotCopied(item, State.UNREADABLE, error.reason, kind)


def _because_of_target(item: Item, error: MedialiftError) -> NotCopied:
    kind = type(error).__name__
    if isinstance(error, InvalidKeyError):
        return NotCopied(item, State.NAME_INVALID_AT_TARGET, error.reason, kind)
    again = error.retryable or isinstance(error, DigestMismatchError)
    return NotCopied(item, State.FAILED, error.reason, kind, retryable=again)
