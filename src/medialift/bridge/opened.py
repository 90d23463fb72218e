"""The store behind a storage of a running site, opened once."""

from __future__ import annotations

from typing import Any

from medialift.bridge.recognise import store_for
from medialift.storage import MediaStorage
from medialift.stores.base import ObjectStore


def store_of(storage: Any) -> ObjectStore:
    """The store behind any storage, opened once for each."""
    if isinstance(storage, MediaStorage):
        return storage.store
    found: ObjectStore | None = vars(storage).get("_medialift_store")
    if found is None:
        found = vars(storage).setdefault("_medialift_store", store_for(storage))
    return found
