"""What probes found, remembered for every process of the site and through every deploy.

A memory and no more: a store is opened without it as well, and then promises what its provider's data
says. Whoever serves a visitor asks :func:`with_probe`, which never fails and never waits.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from medialift.ledger.database import ledger_database, persistently
from medialift.models import ProbeResult
from medialift.stores.base import ObjectStore
from medialift.stores.probe import CanBeProbed, Probed
from medialift.stores.probe.saved import as_json, from_json
from medialift.types import StoreIdentity


def remember(probed: Probed) -> None:
    """Keep *probed* in place of an earlier result."""
    alias = ledger_database()
    values = {"at": probed.at, "result": as_json(probed)}
    table = ProbeResult.objects.using(alias)
    persistently(alias, lambda: table.update_or_create(digest=_digest(probed.identity), defaults=values))


def recall(identity: StoreIdentity, *, now: datetime | None = None) -> Probed | None:
    """The latest result of the store *identity* that is still believed; ``None`` if there is none."""
    alias = ledger_database()
    return persistently(alias, lambda: _recalled(alias, identity, now or timezone.now()))


def forget(identity: StoreIdentity) -> bool:
    """Whether there was a result to forget."""
    alias = ledger_database()
    found = ProbeResult.objects.using(alias).filter(digest=_digest(identity))
    return persistently(alias, lambda: found.delete()[0] > 0)


def with_probe(store: ObjectStore) -> ObjectStore:
    """*store* with the traits that a probe found; itself if none did, or if nobody can tell now."""
    if not isinstance(store, CanBeProbed):
        return store
    try:
        probed = _recalled(ledger_database(), store.identity, timezone.now())
    except Exception:  # noqa: BLE001 - no table, no database, an event loop, a test without one: no memory
        return store
    return store.as_probed(probed) if probed else store


def _recalled(alias: str, identity: StoreIdentity, now: datetime) -> Probed | None:
    with _untouched(alias):
        found = ProbeResult.objects.using(alias).filter(digest=_digest(identity)).values_list("result", flat=True)
        saved: Any = found.first()
    probed = from_json(saved) if saved else None
    return probed if probed is not None and probed.is_fresh(now) else None


def _untouched(alias: str) -> AbstractContextManager[Any]:
    """A query that fails must not spoil the transaction of whoever asks."""
    return transaction.atomic(using=alias) if connections[alias].in_atomic_block else nullcontext()


def _digest(identity: StoreIdentity) -> bytes:
    return hashlib.blake2b(json.dumps(asdict(identity), sort_keys=True).encode(), digest_size=20).digest()
