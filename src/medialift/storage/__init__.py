"""Django's Storage over a store: what a ``STORAGES`` entry names."""

from __future__ import annotations

from medialift.storage.media import MediaStorage

__all__ = ["MediaStorage"]
