"""What one worker does: take a shard, copy it, take the next."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import storages
from django.db import connections

from medialift import ledger
from medialift.bridge import alias_of, store_for
from medialift.errors import LedgerError, MedialiftError, RefusedError
from medialift.ledger.database import ledger_database
from medialift.ledger.probes import with_probe
from medialift.ledger.shards import Lease, LeaseLostError, Shards
from medialift.move import run as engine
from medialift.move.values import Job
from medialift.stores.base import ObjectStore, ReadsPaths, capability
from medialift.types import StoreIdentity
from medialift.workers.message import Message

log = logging.getLogger("medialift.workers")

LOOK_EVERY = 2.0
"""Seconds between two looks whether the move is held."""
BEATS = 4
"""How often a lease is renewed within its length."""


def work(message: Message) -> int:
    """Copy shards of the message's move until none can be taken; how many were finished.

    Raises :class:`~medialift.errors.MedialiftError` if a store cannot work at all: the shard is given
    back first, with the reason.
    """
    shards = Shards(ledger.find_move(message.move))
    ends = _Ends()
    finished = 0
    while (lease := shards.take(name_of_this_worker(), message.lease_length)) is not None:
        try:
            finished += _copy(lease, ends, message)
        except LeaseLostError as error:
            log.warning("%s: %s", lease.shard, error.reason)
        except MedialiftError as error:
            lease.give_back(str(error))
            raise
    return finished


def name_of_this_worker() -> str:
    """Host and process: what ``status`` shows, and enough to find it."""
    return f"{socket.gethostname()}:{os.getpid()}"


class _Ends:
    """The stores that this call has opened, by what they are."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, ...], ObjectStore] = {}

    def open(self, identity: StoreIdentity) -> ObjectStore:
        place = tuple(map(str, identity.place))
        if place not in self._open:
            self._open[place] = _reach(identity)
        return self._open[place]


def _reach(identity: StoreIdentity) -> ObjectStore:
    alias = alias_of(identity)
    if alias is None:
        hint = "Start the workers with the same settings as the site."
        raise RefusedError(f"no entry of this worker's STORAGES is {identity}", hint=hint)
    return with_probe(store_for(storages[alias]))


def _copy(lease: Lease, ends: _Ends, message: Message) -> bool:
    """Whether the shard was gone through to its end."""
    source, target = ends.open(lease.pair.source), ends.open(lease.pair.target)
    # A disk may be another one here. That a file is not on it says nothing: whoever shares the work
    # out will look for it where the plan saw it.
    journal = lease.journal(absence_counts=capability(source, ReadsPaths) is None)
    job = Job(source, target, journal, references=tuple, limits=message.limits)
    with _kept(lease, message.lease, job.stop):
        result = engine.copy_planned(job)
    if result.stopped:
        lease.give_back()
        return False
    lease.finish()
    return True


@contextmanager
def _kept(lease: Lease, length: float, stop: threading.Event) -> Iterator[None]:
    """Renew *lease* from a thread of its own; set *stop* once it is lost, or when the work is called off."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(lease, length, stop, over), name="medialift-lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(lease: Lease, length: float, stop: threading.Event, over: threading.Event) -> None:
    renewed = beaten = time.monotonic()
    try:
        while not over.wait(min(length / BEATS, LOOK_EVERY)):
            try:
                if lease.is_paused():
                    stop.set()
                if time.monotonic() - beaten < length / BEATS:
                    continue
                beaten = time.monotonic()
                if not lease.beat():
                    stop.set()
                renewed = time.monotonic()
            except LeaseLostError:
                stop.set()
                return
            except LedgerError:
                # Somebody else may have the shard by now: whoever cannot tell stops.
                if time.monotonic() - renewed > length:
                    stop.set()
    finally:
        connections[ledger_database()].close()
