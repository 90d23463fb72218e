"""Removing what was made of images."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from django.core.files.storage import Storage

from medialift.bridge.opened import store_of
from medialift.images.originals import original_of
from medialift.keys import name_for
from medialift.renditions import FOLDER, folder_of, parts_of, remove_renditions, version_of
from medialift.stores.base import ObjectStore
from medialift.types import ObjectInfo

SHORTEST = timedelta(days=1)
"""What is younger may have been made of an original that came while the store was being listed."""


def remove_images(file: Any, *, storage: Storage | None = None) -> None:
    """Delete everything that was made of *file*, a field's file or a name in *storage*; the file itself stays.

    One listing, and one request for each thousand. Raises what stores raise.
    """
    original = original_of(file, storage)
    if original is None:
        return
    for error in remove_renditions(store_of(original.storage), original.name):
        raise error


def outdated(store: ObjectStore, *, older_than: timedelta = SHORTEST) -> Iterator[ObjectInfo]:
    """Renditions whose original is gone or was replaced. Lists the whole store; deletes nothing.

    Holds some 200 bytes for each original in memory. Raises ``ValueError`` for a time within which a new
    original could be missed.
    """
    if older_than < SHORTEST:
        raise ValueError(f"renditions that are younger than {SHORTEST} may still be used, so not {older_than}")
    before = datetime.now(timezone.utc) - older_than
    current = {
        folder_of(name_for(info.key, store.traits.key_rules)): version_of(info)
        for info in store.list()
        if not info.key.startswith(f"{FOLDER}/")
    }
    for info in store.list(FOLDER):
        found = parts_of(info.key)
        if found and info.modified is not None and info.modified < before and current.get(found[0]) != found[1]:
            yield info
