"""Creating an object that must not exist yet, when answers can be lost.

A create that is sent twice, because the first answer was lost, finds its own object and is told
"exists". Each create therefore carries a mark that only it knows, and what a doubtful answer means
is asked of the object itself. A create whose first answer arrives costs one request.
"""

from __future__ import annotations

import itertools
import random
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from medialift.errors import AlreadyExistsError, NotFoundError, PreconditionError, StoreError
from medialift.stores.s3.errors import status_of, was_retried
from medialift.stores.s3.headers import NONCE, nonce_from
from medialift.types import Headers

ATTEMPTS = 6
FIRST_PAUSE = 0.05
"""Seconds; doubled after each lost race, and drawn at random below that."""

T = TypeVar("T")


def nonce_for(headers: Headers) -> str:
    """The mark of one create: the caller's own if it brings one (to repeat a create safely), else a new one."""
    return headers.metadata.get(NONCE) or secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Creation:
    """One create. *look* describes the object as it is now (HeadObject's answer).

    *exclusive*: an object that is somebody else's is an error. *repeatable*: the same call may be
    tried again after a lost race. *always_doubt*: the driver does not tell whether it sent the
    request more than once.
    """

    nonce: str
    look: Callable[[], Mapping[str, Any]]
    exclusive: bool = True
    repeatable: bool = True
    always_doubt: bool = False

    def run(self, create: Callable[[], T], found: Callable[[Mapping[str, Any]], T]) -> T:
        """*create*'s answer, or *found* of the object if it turns out to be ours.

        Raises :class:`AlreadyExistsError` if the key is somebody else's.
        """
        for attempt in itertools.count(1):
            try:
                return create()
            except StoreError as error:
                if not (isinstance(error, PreconditionError) or error.retryable):
                    raise
                if isinstance(error, PreconditionError) and attempt == 1 and not self._doubts(error):
                    raise _taken(error) from error.__cause__
                there = self._look(error)
                if there is not None and nonce_from(there) == self.nonce:
                    return found(there)
                if there is not None and self.exclusive:
                    raise _taken(error) from error.__cause__
                if not self.repeatable or attempt == ATTEMPTS or not _lost_a_race(error):
                    raise
            time.sleep(random.uniform(0, FIRST_PAUSE * 2**attempt))  # noqa: S311 - jitter needs no secrecy
        raise AssertionError("unreachable")

    def _doubts(self, error: StoreError) -> bool:
        return self.always_doubt or was_retried(error)

    def _look(self, error: StoreError) -> Mapping[str, Any] | None:
        """The object as it is now, ``None`` if there is none. Raises if nobody can tell."""
        try:
            return self.look()
        except NotFoundError:
            return None
        except StoreError:
            raise (_taken(error) if isinstance(error, PreconditionError) else error) from error.__cause__


def _lost_a_race(error: StoreError) -> bool:
    # A 412 whose object is gone again is a race too: somebody created and deleted it meanwhile.
    return isinstance(error, PreconditionError) or status_of(error) == 409


def _taken(error: StoreError) -> AlreadyExistsError:
    return AlreadyExistsError("the key is taken", operation=error.operation, key=error.key, store=error.store)
