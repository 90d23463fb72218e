"""Walks a folder in the byte order of keys, and tells what in it can be no object.

Links are followed within the root only: behind any other link lies what the owner of the root may
never have meant to publish.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from medialift.stores.filesystem.names import in_order
from medialift.types import Unlisted

MARK = b".medialift-"
UNFINISHED = re.compile(rb"\.medialift-[0-9a-f]{32}\.part")
"""Names of files that are still being written, or were when their writer died. Never listed."""

KINDS = {
    stat.S_IFSOCK: "a socket",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}

RESERVED = b"lost+found"
"""The folder that file systems of the ext family keep at their top for themselves, for root alone to read."""

Place = tuple[int, int]
"""Device and inode: one folder, by whatever links it is reached."""


class FoundFile(NamedTuple):
    """A tuple, because a listing makes one of these per file and a frozen dataclass takes twice as long."""

    key: bytes
    status: os.stat_result


@dataclass(frozen=True, slots=True)
class FoundFolder:
    key: bytes
    place: Place


Skip = Callable[["os.DirEntry[bytes]"], bool]


def nothing(entry: os.DirEntry[bytes]) -> bool:
    """The :data:`Skip` of those who want to see everything."""
    return False


class Tree:
    """The files below *root*, which must be a real path."""

    def __init__(self, root: str) -> None:
        self._root = os.fsencode(root)

    def holds(self, path: bytes) -> bool:
        """Whether *path*, all links followed, lies in the root."""
        real = os.path.realpath(path)
        return real == self._root or real.startswith(self._root.rstrip(b"/") + b"/")

    def holds_key(self, key: bytes) -> bool:
        """The same for a key, which has no ``..``: only a link on its way below the root can lead out of it."""
        path = self._root.rstrip(b"/")
        for segment in key.split(b"/"):
            path += b"/" + segment
            try:
                mode = os.lstat(path).st_mode
            except OSError:
                return self.holds(path)
            if stat.S_ISLNK(mode):
                return self.holds(self.path(key))
        return True

    def path(self, key: bytes) -> bytes:
        return os.path.join(self._root, key) if key else self._root

    def walk(self, folder: bytes = b"", after: bytes = b"", skip: Skip = nothing) -> Iterator[FoundFile | Unlisted]:
        """Everything below *folder* but folders, in byte order; of files only those with a key greater than *after*.

        What *skip* says yes to is not looked at.
        """
        above = self._places_above(folder)
        levels = [self.level(folder, skip)]
        while levels:
            entry = next(levels[-1], None)
            if entry is None:
                levels.pop()
                above.pop()
            elif isinstance(entry, FoundFolder):
                if entry.place in above:
                    yield Unlisted(printable(entry.key), "a link to a folder that it lies in", readable=False)
                elif _may_lie_after(entry.key, after):
                    above.append(entry.place)
                    levels.append(self.level(entry.key, skip))
            elif isinstance(entry, Unlisted) or entry.key > after:
                yield entry

    def level(self, folder: bytes = b"", skip: Skip = nothing) -> Iterator[FoundFile | FoundFolder | Unlisted]:
        """What lies directly in *folder*, in the byte order that the keys of files and of all below folders have."""
        above = folder + b"/" if folder else b""
        root = self._root.rstrip(b"/") + b"/"
        for name in in_order(self._names(folder, skip)):
            key = above + name.rstrip(b"/")
            entry = self._entry(key, root + key, name)
            if entry is not None:
                yield entry

    def _names(self, folder: bytes, skip: Skip) -> Iterator[bytes]:
        # A folder sorts as if its name ended with a slash, because every key below it goes on with one.
        try:
            with os.scandir(self.path(folder)) as entries:
                for entry in entries:
                    if skip is not nothing and skip(entry):
                        continue
                    yield entry.name + b"/" if _is_folder(entry) else entry.name
        except (FileNotFoundError, NotADirectoryError):
            return  # not there, gone since its parent was read, or an object: nothing lies in it

    def _entry(self, key: bytes, path: bytes, name: bytes) -> FoundFile | FoundFolder | Unlisted | None:
        try:
            status = os.lstat(path)
        except FileNotFoundError:
            return None  # deleted since the folder was read
        if stat.S_ISREG(status.st_mode) and _has_plain_name(name):
            return FoundFile(key, status)  # nearly every file
        if UNFINISHED.fullmatch(name):
            return Unlisted(printable(key), "a write that has not finished, or never did")
        if not is_text(name):
            return Unlisted(printable(key), "its name is not valid UTF-8")
        if stat.S_ISLNK(status.st_mode):
            return self._linked(key, path)
        if key == RESERVED and status.st_uid == 0 and not _may_list(path):
            return Unlisted(printable(key), "the file system keeps this folder for itself", readable=False)
        return _described(key, status)

    def _linked(self, key: bytes, path: bytes) -> FoundFile | FoundFolder | Unlisted:
        try:
            status = os.stat(path)
        except OSError as error:
            if error.errno == errno.ELOOP:
                return Unlisted(printable(key), "a link that leads back to itself", readable=False)
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                return Unlisted(printable(key), "a link to something that is not there", readable=False)
            raise
        if not self.holds(path):
            return Unlisted(printable(key), f"a link out of the folder, to {printable(os.path.realpath(path))}")
        return _described(key, status)

    def _places_above(self, folder: bytes) -> list[Place]:
        places, path = [_place(os.stat(self._root))], self._root
        for segment in folder.split(b"/") if folder else ():
            path = os.path.join(path, segment)
            if os.path.isdir(path):
                places.append(_place(os.stat(path)))
        return places


def printable(path: bytes) -> str:
    """*path* as text that every terminal and log can take; no longer a path."""
    return path.decode("utf-8", "backslashreplace")


def _described(key: bytes, status: os.stat_result) -> FoundFile | FoundFolder | Unlisted:
    if stat.S_ISREG(status.st_mode):
        return FoundFile(key, status)
    if stat.S_ISDIR(status.st_mode):
        return FoundFolder(key, _place(status))
    return Unlisted(printable(key), KINDS.get(stat.S_IFMT(status.st_mode), "no regular file"))


def _may_list(path: bytes) -> bool:
    return os.access(path, os.R_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)


def _place(status: os.stat_result) -> Place:
    return status.st_dev, status.st_ino


def is_plain_file(entry: os.DirEntry[bytes]) -> bool:
    """Whether a look at the folder alone tells that the entry is a file like any other; asks the disk nothing."""
    return _has_plain_name(entry.name) and entry.is_file(follow_symlinks=False)


def _has_plain_name(name: bytes) -> bool:
    return name.isascii() and not name.startswith(MARK)


def _is_folder(entry: os.DirEntry[bytes]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link that cannot be followed: it is looked at, and told, when its turn comes


def is_text(name: bytes) -> bool:
    """Whether *name* is UTF-8, and so can be part of a key."""
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _may_lie_after(folder: bytes, after: bytes) -> bool:
    below = folder + b"/"
    return after < below or after.startswith(below)
