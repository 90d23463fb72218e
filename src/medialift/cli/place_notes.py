"""What a plan tells of its two places that no count shows: what they cannot do, and what they keep unseen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from medialift.bridge import StorageStore
from medialift.errors import StoreError
from medialift.providers import load_provider, provider_ids
from medialift.report import units
from medialift.report.bill import GB
from medialift.report.values import Pair, Place
from medialift.stores.base import ObjectStore, capability
from medialift.stores.versions import KeepsVersions

COUNTED = 10_000
"""Versions that a plan looks at, in ten requests: more of them are told as "at least"."""


def place_notes(pair: Pair, source: ObjectStore, target: ObjectStore) -> Iterator[str]:
    """The notes of both ends."""
    yield from _of_generic_source(pair.source, source)
    yield from _of_generic_target(pair.target, target)
    yield from hidden_versions(pair.target, target)
    yield from withheld(pair.target, target)


def _of_generic_source(place: Place, store: ObjectStore) -> Iterator[str]:
    if _is_generic(store):
        yield (
            f"{_name(place)} is read through Django's own methods: two requests or more for each file that is listed, "
            "one lane, and a change that leaves size and time as they were is not seen"
        )


def _of_generic_target(place: Place, store: ObjectStore) -> Iterator[str]:
    if _is_generic(store):
        yield (
            f"{_name(place)} is written through Django's own methods: each file is looked for, saved, and read back to "
            "be proved, in one lane; nothing keeps another writer out meanwhile, and of the headers only the type is "
            "handed over"
        )


def hidden_versions(place: Place, store: ObjectStore) -> Iterator[str]:
    """What earlier versions take where the service keeps them whether one wants it or not."""
    provider = store.identity.provider
    if provider not in provider_ids() or not load_provider(provider).deletion.keeps_versions:
        return
    said = f"{_name(place)} keeps what is replaced or deleted, hidden and billed, until a lifecycle rule removes it"
    keeper = capability(store, KeepsVersions)
    if keeper is None:
        yield said
        return
    try:
        seen = list(islice(keeper.versions(), COUNTED))
    except StoreError as error:
        yield f"{said}; how much that is cannot be told: {error.reason}"
        return
    hidden = [version for version in seen if not version.latest and not version.deleted]
    octets = sum(version.size for version in hidden)
    price = load_provider(provider).prices.gb_month
    cost = f" ({units.money(price * octets / GB)} a month)" if price is not None and octets else ""
    least = "at least " if len(seen) == COUNTED else ""
    yield f"{said}: {least}{units.plural(len(hidden), 'version')} of {units.size(octets)}{cost} now"


def withheld(place: Place, store: ObjectStore) -> Iterator[str]:
    """Which files the service may take and not give to browsers."""
    provider = store.identity.provider
    kept_back = load_provider(provider).withheld if provider in provider_ids() else None
    if kept_back:
        extensions = ", ".join(sorted(kept_back.extensions))
        alias = place.alias or "ALIAS"
        yield (
            f"{_name(place)} may take files of these kinds and not deliver them, as free accounts do ({extensions}): "
            f"python manage.py medialift doctor {alias} tries it"
        )


def _is_generic(store: ObjectStore) -> bool:
    layer: object = store
    while layer is not None:
        if isinstance(layer, StorageStore):
            return True
        layer = getattr(layer, "inner", None)
    return False


def _name(place: Place) -> str:
    return place.alias or str(place.identity)
