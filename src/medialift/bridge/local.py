"""What a storage that keeps its files on this machine's disk may hold besides files."""

from __future__ import annotations

import os
import stat

from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import Storage

from medialift.stores.filesystem.tree import KINDS
from medialift.types import Unlisted


def no_plain_file(storage: Storage, name: str) -> Unlisted | None:
    """What lies under *name* if it is there and no plain file; ``None`` also where the storage has no paths.

    Reading a pipe waits for somebody to write into it: it has to be known before.
    """
    try:
        path = storage.path(name)
    except (NotImplementedError, SuspiciousOperation, ValueError, OSError):
        return None
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        is_link = "\0" not in path and os.path.islink(path)
        return Unlisted(name, "a link to something that is not there", readable=False) if is_link else None
    if stat.S_ISDIR(mode):
        return Unlisted(name, "a folder has this name, not a file", readable=False)
    return (
        None if stat.S_ISREG(mode) else Unlisted(name, f"it is {KINDS.get(stat.S_IFMT(mode), 'no file')}, not a file")
    )
