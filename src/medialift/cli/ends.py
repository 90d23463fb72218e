"""From aliases in ``STORAGES`` to open stores, and from stores back to the aliases that name them."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.storage import InvalidStorageError, Storage, storages

from medialift.bridge import alias_of, store_for
from medialift.cli.unreachable import Unreachable, refusal
from medialift.errors import RefusedError
from medialift.ledger.probes import with_probe
from medialift.report.values import Pair, Place
from medialift.stores.base import ObjectStore
from medialift.types import StoreIdentity

MEMORY = "memory"
"""The provider whose objects live as long as the process."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Both stores of a move, open, and the aliases that reach them."""

    source: ObjectStore
    target: ObjectStore
    pair: Pair


def open_ends(source: str, target: str) -> Ends:
    """Open two aliases.

    Raises :class:`~medialift.errors.RefusedError` for an unknown one, and for a target that ends with this process.
    """
    here, there = open_alias(source), open_alias(target)
    if there.identity.provider == MEMORY:
        raise RefusedError(
            f"{target} keeps its files in the memory of each process: what is sent there ends with this command",
            hint="Name a target that outlives it: a bucket or a folder.",
        )
    return Ends(here, there, Pair(Place(source, here.identity), Place(target, there.identity)))


def reach_ends(source: StoreIdentity, target: StoreIdentity, *, both: bool = True) -> Ends:
    """Open two stores of the ledger through whatever aliases name them today.

    Raises :class:`~medialift.errors.RefusedError` with the settings to add if no alias does. Without
    *both* the source may be out of reach: it then refuses whatever it is asked.
    """
    pair = Pair(place_of(source), place_of(target))
    if not pair.source.alias and not both:
        here: ObjectStore = Unreachable(source)
    else:
        here = _reach(pair.source)
    return Ends(here, _reach(pair.target), pair)


def open_alias(alias: str) -> ObjectStore:
    """The store behind one entry of ``STORAGES``, with what a probe has found out about it."""
    return with_probe(store_for(storage_of(alias)))


def place_of(identity: StoreIdentity) -> Place:
    """The store by what it is, with the alias that names it today."""
    return Place(alias_of(identity) or "", identity)


def _reach(place: Place) -> ObjectStore:
    if place.alias:
        return open_alias(place.alias)
    raise refusal(place.identity)


def storage_of(alias: str) -> Storage:
    """One entry of ``STORAGES``. Raises :class:`~medialift.errors.RefusedError` for an unknown or unusable one."""
    try:
        return storages[alias]
    except InvalidStorageError as error:
        if alias in storages.backends:
            raise RefusedError(f"STORAGES[{alias!r}] cannot be used: {error}") from error
        known = ", ".join(name for name in storages.backends if name != "staticfiles")
        hint = f"Known aliases: {known}. Name one of these, or add an entry to STORAGES."
        raise RefusedError(f"STORAGES has no entry {alias!r}", hint=hint) from None
