"""Objects as files below a folder of this machine's disk."""

from __future__ import annotations

from medialift.stores.filesystem.store import FilesystemStore

__all__ = ["FilesystemStore"]
