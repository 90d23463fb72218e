"""What killed writers leave behind, and how it is told from what a living one still writes.

A writer holds the exclusive ``flock`` of its unfinished file, which the kernel gives back when the
process ends in whatever way: a file that can be locked has no writer on this machine. Where machines
share a folder and not its locks, the time of the last byte has to tell as well.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress

from medialift.stores.filesystem.tree import UNFINISHED

QUIET = 60
"""Seconds without a new byte: less, and the writer may sit on another machine whose locks are not seen here."""
QUIET_WITHOUT_LOCKS = 24 * 3600
"""Seconds after which a file is taken for abandoned where the file system has no locks."""


def remove_unfinished(root: str) -> int:
    """Remove unfinished files below *root* whose writers are dead, and say how many. Links are not followed.

    What cannot be looked at or removed stays; it is in nobody's way.
    """
    return sum(_removed(path) for path in _unfinished(os.fsencode(root)))


def remove_empty(folder: str) -> None:
    """Remove *folder* if it is one, and nothing is in it."""
    with suppress(OSError):
        os.rmdir(folder)


def _unfinished(folder: bytes) -> Iterator[bytes]:
    folders = [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif UNFINISHED.fullmatch(entry.name):
                        yield entry.path
        except OSError:
            continue  # gone meanwhile, or somebody else's


def _removed(path: bytes) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # The lock is held until the name is gone: a writer that comes now finds out that it has lost it.
        if not _is_abandoned(descriptor):
            return False
        os.unlink(path)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def _is_abandoned(descriptor: int) -> bool:
    status = os.fstat(descriptor)
    quiet = time.time() - status.st_mtime
    if not stat.S_ISREG(status.st_mode):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return quiet > QUIET_WITHOUT_LOCKS
    return quiet > QUIET
