"""Any Django Storage as a store, and the fast lane for those that we know."""

from __future__ import annotations

from medialift.bridge.aliases import alias_of, aliases_by_place
from medialift.bridge.recognise import identity_of, store_for
from medialift.bridge.storage_store import StorageStore

__all__ = ["StorageStore", "alias_of", "aliases_by_place", "identity_of", "store_for"]
