"""Uploads whose answers never came: each may still land, over the good copy that was sent after it.

Where a service creates only what is not there, what comes late is refused, but for the few uploads that replace
an older or a damaged copy. A verification waits until the network has had as long for those that may land as
the client itself would have waited for their answers. What is held back for longer nobody sees; only
`verify --deep`, or a later verification, does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from secrets import token_hex

from medialift.move.journal import Senders
from medialift.move.values import Job
from medialift.stores.base import ObjectStore, Patient, capability

PATIENCE = 60.0
"""Seconds, for stores that do not tell how long they wait."""


def replaces(target: ObjectStore) -> bool:
    """Whether any upload that comes late may replace a good copy, one that was to create it too."""
    return not target.traits.atomic_create


@contextmanager
def sending(job: Job) -> Iterator[Callable[[], None]]:
    """While the run sends what may replace anything, its journal says so: a run that is killed will be known by that.

    Gives what is to be called whenever an upload that does not only create ends without an answer.
    """
    run, until = token_hex(4), 0.0

    def unanswered() -> None:
        nonlocal until
        until = max(until, time.time() + patience_of(job.target))

    if replaces(job.target):
        job.journal.senders(lambda known: {**_dated(job.target, known), run: None})
    try:
        yield unanswered
    finally:
        if until or replaces(job.target):
            job.journal.senders(lambda known: {**_but(known, run), **({run: until} if until else {})})


def settle(job: Job) -> float:
    """Wait until nothing that was sent to the target can land any more; the seconds that it took.

    Ends early once the job is to stop.
    """
    known = job.journal.senders(partial(_dated, job.target))
    rest = max((until or 0.0 for until in known.values()), default=0.0) - time.time()
    if rest <= 0:
        return 0.0
    job.stop.wait(rest)
    return rest


def patience_of(target: ObjectStore) -> float:
    patient = capability(target, Patient)
    return PATIENCE if patient is None else patient.patience


def _dated(target: ObjectStore, known: Senders) -> Senders:
    """Without the runs that are long over; one that never said that it ended was killed, at the latest now."""
    now = time.time()
    end = now + patience_of(target)
    return {run: end if until is None else until for run, until in known.items() if until is None or until > now}


def _but(known: Senders, run: str) -> Senders:
    return {other: until for other, until in known.items() if other != run}
