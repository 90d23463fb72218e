"""One file being read, one file being written, and the folders on the way to it."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import stat
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType

from medialift.errors import TruncatedBodyError
from medialift.stores.bodies import CHUNK
from medialift.stores.filesystem.errors import explained
from medialift.types import ObjectInfo

NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""What ``link()`` says on file systems that have no hard links (FAT, some network and FUSE mounts)."""
NO_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS})
NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.EBADF, errno.EOPNOTSUPP})


def open_regular(path: str) -> tuple[io.FileIO, os.stat_result]:
    """Open a regular file for reading. Raises ``IsADirectoryError`` for everything else, without waiting."""
    # Opening a pipe would wait for its writer: O_NONBLOCK has no other effect on a regular file.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise IsADirectoryError(errno.EISDIR, "not a regular file", path)
    return io.FileIO(descriptor, "rb"), status


def read_regular(path: str, root: str, largest: int) -> tuple[bytes, os.stat_result, bool] | None:
    """The bytes of a regular file, its status before, and whether a writer held it; ``None`` for more than *largest*.

    Raises ``IsADirectoryError`` for everything else, and ``PermissionError`` for a file that does not lie in
    *root*, links followed, or of which nobody can tell.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        # Where the descriptor leads cannot change any more, and is one question instead of one for each folder.
        if not os.readlink(f"/proc/self/fd/{descriptor}").startswith(root):
            raise PermissionError(errno.EPERM, "a link leads out of the folder", path)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, "not a regular file", path)
        if status.st_size > largest:
            return None
        is_written = _is_surely_locked(descriptor)
        data = os.read(descriptor, status.st_size + 1)
        while len(data) < status.st_size and (more := os.read(descriptor, status.st_size - len(data))):
            data += more
        return data, status, is_written
    finally:
        os.close(descriptor)


def status_of_regular(path: str) -> os.stat_result:
    """Describe a regular file. Raises ``IsADirectoryError`` for everything else."""
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "not a regular file", path)
    return status


class FileDownload:
    """An open object: at most *length* bytes from *start*."""

    def __init__(self, file: io.FileIO, info: ObjectInfo, start: int, length: int | None, store: str) -> None:
        self.info = info
        self._file, self._store = file, store
        self._rest = max(0, info.size - start if length is None else min(length, info.size - start))
        if start:
            file.seek(start)

    def read(self, size: int = -1, /) -> bytes:
        if size >= 0:
            return self._read(min(size, self._rest))
        return b"".join(iter(lambda: self._read(min(CHUNK, self._rest)), b""))

    def _read(self, size: int) -> bytes:
        try:
            data = self._file.read(size) if size else b""
        except OSError as error:
            raise explained(error, **self._where()) from error
        self._passed(len(data), size)
        return data

    def _passed(self, count: int, wanted: int) -> int:
        if wanted and not count:
            raise TruncatedBodyError("the file became shorter while it was read", **self._where())
        self._rest -= count
        return count

    def fill(self, buffer: memoryview, /) -> int:
        """The same into memory that is there already."""
        wanted = min(len(buffer), self._rest)
        try:
            count = self._file.readinto(buffer[:wanted]) if wanted else 0
        except OSError as error:
            raise explained(error, **self._where()) from error
        return self._passed(count or 0, wanted)

    def is_being_written(self) -> bool:
        """Whether a writer holds the file right now. Raises ``UnsupportedError`` where the file system has no locks."""
        try:
            return is_locked(self._file)
        except OSError as error:
            raise explained(error, **self._where()) from error

    def _where(self) -> dict[str, str]:
        return {"operation": "get", "key": self.info.key, "store": self._store}

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> FileDownload:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class StagedFile:
    """A file that is written beside its place, under a name that is never listed, and appears as a whole.

    After a power failure the file is there with all its bytes or not at all: its bytes reach the
    disk before its name does.
    """

    def __init__(self, folder: str, mode: int | None) -> None:
        self._path, self._file = _new_unfinished(folder)
        self.size = 0
        if mode is not None:
            os.fchmod(self._file.fileno(), mode)

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            written = self._file.write(rest)
            self.size += written
            rest = rest[written:]

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def md5(self) -> bytes:
        """The digest of what the file system gives back."""
        digest = hashlib.md5(usedforsecurity=False)
        self._file.seek(0)
        while data := self._file.read(CHUNK):
            digest.update(data)
        return digest.digest()

    def status(self) -> os.stat_result:
        return os.fstat(self._file.fileno())

    def publish(self, path: str, *, if_absent: bool) -> None:
        """Give the file its name. With *if_absent* raises ``FileExistsError`` if there is such a name."""
        if if_absent:
            create(self._path, path)
        else:
            os.replace(self._path, path)
        unlock(self._file)  # from here on it is an object, which nobody writes
        sync_folder(os.path.dirname(path))

    def discard(self) -> None:
        """Close the file; if it was not published, nothing of it stays."""
        self._file.close()
        with suppress(FileNotFoundError):
            os.unlink(self._path)


def _new_unfinished(folder: str) -> tuple[str, io.FileIO]:
    """A new file, open and locked for as long as it is: who finds it unlocked knows that its writer is dead."""
    while True:
        path = os.path.join(folder, f".medialift-{uuid.uuid4().hex}.part")
        file = io.FileIO(path, "xb+")
        lock(file)
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()  # somebody took it for abandoned, in the moment before it was locked


@contextmanager
def unfinished(folder: str) -> Iterator[str]:
    """The path of a new, empty file in *folder* that nobody takes for abandoned; what is not renamed is removed."""
    path, file = _new_unfinished(folder)
    try:
        yield path
    finally:
        file.close()
        with suppress(FileNotFoundError):
            os.unlink(path)


def lock(file: io.FileIO) -> None:
    """Take the exclusive ``flock``, where the file system has locks."""
    with suppress(OSError):
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)


def unlock(file: io.FileIO) -> None:
    """Give it back."""
    with suppress(OSError):
        fcntl.flock(file.fileno(), fcntl.LOCK_UN)


def create(staged: str, path: str) -> None:
    """Move *staged* to *path* if nothing is there; of several at once exactly one succeeds."""
    try:
        os.link(staged, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        _create_without_links(staged, path)


def _create_without_links(staged: str, path: str) -> None:
    # Without hard links the name is taken by an empty file first. It is locked, as a file is that
    # Django is writing, so that nobody takes it for the object.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.replace(staged, path)
    finally:
        os.close(descriptor)


def make_folders(root: str, folder: str, mode: int | None) -> None:
    """Make *folder* and what is missing between it and *root*; others may do the same meanwhile.

    Raises ``NotADirectoryError`` if a file has the name of one of them.
    """
    missing: list[str] = []
    while folder != root and not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for path in reversed(missing):
        _make_folder(path, mode)


def _make_folder(path: str, mode: int | None) -> None:
    try:
        os.mkdir(path)
    except FileExistsError:
        if not os.path.isdir(path):
            raise NotADirectoryError(errno.ENOTDIR, "a file has the name of this folder", path) from None
        return
    if mode is not None:
        os.chmod(path, mode)
    sync_folder(os.path.dirname(path))


def sync_folder(folder: str) -> None:
    """Let the names in *folder* reach the disk, where its file system knows how."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


def is_locked(file: io.FileIO | int) -> bool:
    """Whether somebody holds ``flock(LOCK_EX)`` on the open *file*. The lock is given back at once."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(file, fcntl.LOCK_UN)
    return False


def _is_surely_locked(descriptor: int) -> bool:
    """The same; where the file system has no locks, nobody holds one."""
    try:
        return is_locked(descriptor)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        return False
