"""A verified copy of the source on this machine, before anything else is done.

Files are cloned where the file system shares blocks between copies (``FICLONE``: btrfs, XFS, bcachefs,
OCFS2), which is instant and takes no room, and a write to either leaves the other alone. Elsewhere
they are copied. Hard links are not used: a hard link is the same file under a second name, so
a program that opens a file and writes into it (``Image.save(obj.image.path)``, ``open(path, "r+b")``)
would change the "backup" with it; it only guards against deletion and renaming.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from medialift.errors import DigestMismatchError, NoSpaceError, NotFoundError, RefusedError, SourceChangedError
from medialift.move.digests import CHUNK
from medialift.move.ordered import Listed
from medialift.stores.base import ObjectStore, ReadsPaths, capability
from medialift.stores.filesystem.files import unfinished
from medialift.stores.filesystem.leftovers import remove_unfinished
from medialift.types import ObjectInfo

FICLONE = 0x40049409
"""ioctl number. Source: Linux, ``include/uapi/linux/fs.h``: ``_IOW(0x94, 9, int)``."""

CLONED, COPIED, KEPT = "reflink", "copy", "kept"

ROOM_TO_SPARE = 0.01
"""Share of the disk that stays free."""

ATTEMPTS = 3

MAKE_ROOM = "Make room there, and run the same command again: what the backup holds by now is kept."


@dataclass(frozen=True, slots=True)
class BackedUp:
    """One file is in the backup; ``way`` is ``reflink``, ``copy``, or ``kept`` from an earlier run."""

    name: str
    size: int
    way: str


def backup(files: Iterable[Listed], source: ObjectStore, folder: Path, *, stop: threading.Event) -> Iterator[BackedUp]:
    """Copy *files* of *source* into *folder*, each verified by reading both sides; what is there already is kept.

    A file counts as already there if it has the size and the modification time of the original,
    which it gets only after it was verified. Raises ``DigestMismatchError``, ``NoSpaceError``, and
    ``SourceChangedError`` for a file that never rests.
    """
    paths = paths_of(source)
    remove_unfinished(str(folder))
    for name, info in files:
        if stop.is_set():
            return
        with suppress(NotFoundError, FileNotFoundError):
            yield _backed_up(name, info, Path(paths.path_of(info.key)), folder / info.key)


def paths_of(source: ObjectStore) -> ReadsPaths:
    """The ability of *source* to name its files. Raises ``RefusedError`` if it has none."""
    paths = capability(source, ReadsPaths)
    if paths is None:
        raise RefusedError(
            f"only files on this machine's disk can be backed up, and {source.identity} is none",
            hint="Leave --backup out: a move never changes its source.",
        )
    return paths


def check_folder(folder: Path, root: Path) -> None:
    """Refuse a backup inside the files that it is of. Raises ``RefusedError``."""
    if folder.resolve().is_relative_to(root.resolve()):
        raise RefusedError(f"the backup {folder} lies inside the source {root}", hint="Choose a folder outside of it.")


def check_room(folder: Path, size: int, sample: Path | None) -> None:
    """Refuse a backup of *size* bytes for which the disk has no room, unless *sample* can be cloned there.

    Raises ``RefusedError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(folder)
    if size + usage.total * ROOM_TO_SPARE <= usage.free or (sample is not None and _can_clone(sample, folder)):
        return
    raise RefusedError(
        f"the backup takes {size} bytes, and the disk of {folder} has {usage.free} free",
        hint="Name a folder on a larger disk, or leave --backup out: a move never changes its source.",
    )


def _backed_up(name: str, info: ObjectInfo, original: Path, place: Path) -> BackedUp:
    for _ in range(ATTEMPTS):
        before = original.stat()
        if _is_kept(place, before):
            return BackedUp(name, before.st_size, KEPT)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with unfinished(str(place.parent)) as path:
                part = Path(path)
                way = _clone_or_copy(original, part)
                equal = _digest(original) == _digest(part)
                if _same(before, original.stat()):
                    if not equal:
                        raise DigestMismatchError("the disk gave back other bytes than were written", key=info.key)
                    os.utime(part, ns=(before.st_atime_ns, before.st_mtime_ns))
                    part.replace(place)
                    return BackedUp(name, before.st_size, way)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoSpaceError("the backup's disk is full", key=info.key, hint=MAKE_ROOM) from error
            raise
    raise SourceChangedError(f"{name} changed again and again while it was backed up")


def _is_kept(place: Path, original: os.stat_result) -> bool:
    try:
        kept = place.stat()
    except FileNotFoundError:
        return False
    return (kept.st_size, kept.st_mtime_ns) == (original.st_size, original.st_mtime_ns)


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    fields: tuple[Callable[[os.stat_result], int], ...] = (
        lambda status: status.st_ino,
        lambda status: status.st_size,
        lambda status: status.st_mtime_ns,
    )
    return all(field(before) == field(after) for field in fields)


def _clone_or_copy(original: Path, part: Path) -> str:
    with original.open("rb") as source, part.open("wb") as target:
        if _cloned(source, target):
            return CLONED
        shutil.copyfileobj(source, target, CHUNK)
        target.flush()
        os.fsync(target.fileno())
        return COPIED


def _cloned(source: BinaryIO, target: BinaryIO) -> bool:
    try:
        fcntl.ioctl(target.fileno(), FICLONE, source.fileno())
    except OSError:
        return False
    return True


def _can_clone(sample: Path, folder: Path) -> bool:
    try:
        with unfinished(str(folder)) as part, sample.open("rb") as source, open(part, "wb") as target:
            return _cloned(source, target)
    except OSError:
        return False


def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(CHUNK):
            digest.update(data)
    return digest.digest()
