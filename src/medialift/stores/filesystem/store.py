"""The store itself: keys to paths, and the contract's verbs on them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    BucketNotFoundError,
    DigestMismatchError,
    InvalidKeyError,
    NotFoundError,
    PreconditionError,
    StoreError,
)
from medialift.stores.base import Body, Download, Folder, PublicUrls
from medialift.stores.bodies import chunks
from medialift.stores.deleting import one_by_one
from medialift.stores.express import Whole
from medialift.stores.filesystem.described import fingerprint, info_of
from medialift.stores.filesystem.errors import explained, translated
from medialift.stores.filesystem.files import (
    FileDownload,
    StagedFile,
    is_locked,
    make_folders,
    open_regular,
    read_regular,
    status_of_regular,
)
from medialift.stores.filesystem.finding import found_beyond
from medialift.stores.filesystem.leftovers import remove_empty, remove_unfinished
from medialift.stores.filesystem.tree import (
    UNFINISHED,
    FoundFile,
    FoundFolder,
    Skip,
    Tree,
    is_plain_file,
    nothing,
    printable,
)
from medialift.stores.keycheck import check_key, check_prefix
from medialift.types import NO_HEADERS, ETag, Headers, KeyRules, ObjectInfo, Stored, StoreIdentity, Traits, Unlisted

PATH_BYTES = 4096
"""Linux's ``PATH_MAX``, the closing NUL included."""
SEGMENT_BYTES = 255
"""``NAME_MAX`` of every common file system."""
STAGED_NAME_BYTES = len("/.medialift-.part") + 32

URL_SAFE = "/~!*()'"
"""What Django's own file storage leaves unquoted in URLs."""


class FilesystemStore:
    """Files below *root*, an existing folder (``make_bucket`` makes it).

    An object's ETag is its fingerprint, ``device:inode:size:mtime in ns``: it changes with the
    file and says nothing about the bytes. Headers are not kept. A put is written beside its place,
    reaches the disk, and is then renamed; with *md5* it is read back and compared before it appears.

    Keys never lead out of *root*, also not through links; links within it are followed. A process
    that may write into *root* could still swap a folder for a link in the moment between check and
    use, so this is no wall between users who do not trust each other. What ``list`` leaves out
    (links that lead out or nowhere, sockets, pipes, names that are not UTF-8, unfinished writes)
    is told by ``unlisted``.

    *base_url* gives objects a public URL. *file_mode* and *dir_mode* are permissions as in Django's
    ``FILE_UPLOAD_PERMISSIONS`` and ``FILE_UPLOAD_DIRECTORY_PERMISSIONS``; without them the
    process's umask decides.
    """

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        base_url: str | None = None,
        file_mode: int | None = None,
        dir_mode: int | None = None,
    ) -> None:
        self._given, self._root = os.path.abspath(root), os.path.realpath(root)
        self._folder = self._root.rstrip("/") + "/"
        self._tree = Tree(self._root)
        self._base_url = base_url
        self._file_mode, self._dir_mode = file_mode, dir_mode
        self.lacks: frozenset[type[Any]] = frozenset() if base_url is not None else frozenset({PublicUrls})
        self.identity = StoreIdentity("filesystem", self._root)
        self._name = str(self.identity)
        self.traits = Traits(
            atomic_create=True,
            atomic_multipart_create=True,
            etag=ETag.OPAQUE,
            checked_digests=frozenset({"content-md5"}),
            keeps_headers=False,
            key_rules=KeyRules(
                max_bytes=PATH_BYTES - 2 - len(os.fsencode(self._root)) - STAGED_NAME_BYTES,
                max_segment_bytes=SEGMENT_BYTES,
            ),
            multipart_threshold=0,
        )

    # ── the contract ─────────────────────────────────────────────────────────────────────────

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        path = self._path("put", key)
        with self._translated("put", key):
            make_folders(self._root, os.path.dirname(path), self._dir_mode)
            staged = StagedFile(os.path.dirname(path), self._file_mode)
        try:
            for data in chunks(body):  # what the body raises is not an error of this store
                with self._translated("put", key):
                    staged.write(data)
            with self._translated("put", key):
                return self._published(staged, key, path, if_absent=if_absent, md5=md5)
        finally:
            with self._translated("put", key):
                staged.discard()

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        path = self._path("get", key)
        try:
            file, status = open_regular(path)
        except OSError as error:
            raise self._explained(error, "get", key) from error
        info = info_of(key, status)
        if if_match is not None and if_match != info.etag:
            file.close()
            raise PreconditionError("the file is another version", **self._where("get", key))
        return FileDownload(file, info, start, length, self._name)

    def read_whole(self, key: str, largest: int) -> Whole | None:
        path = self._checked("get", key)
        try:
            found = read_regular(path, self._folder, largest)
            if found is None:
                return None
            data, before, is_being_written = found
            mark, size = fingerprint(before), before.st_size
            has_changed = len(data) != size or fingerprint(os.stat(path)) != mark
        except OSError as error:
            raise self._explained(error, "get", key) from error
        return Whole(data, mark, is_being_written, has_changed)

    def head(self, key: str) -> ObjectInfo:
        path = self._path("head", key)
        try:
            return info_of(key, status_of_regular(path))
        except OSError as error:
            raise self._explained(error, "head", key) from error

    def delete(self, key: str) -> None:
        path = self._path("delete", key)
        with self._translated("delete", key):
            try:
                os.unlink(path)
            except (FileNotFoundError, NotADirectoryError):
                self._require_root("delete", key)
            except OSError:
                # Linux says EISDIR, POSIX EPERM: a folder is no object.
                if not os.path.isdir(path):
                    raise

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return one_by_one(self.delete, keys)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        for entry in self._walk("list", prefix, after):
            if isinstance(entry, FoundFile):
                yield info_of(entry.key.decode(), entry.status)

    def close(self) -> None:
        """Nothing to free."""

    # ── abilities ────────────────────────────────────────────────────────────────────────────

    def list_folder(self, prefix: str = "") -> Folder:
        self._check_folder("list_folder", prefix)
        with self._translated("list_folder", prefix):
            entries = list(self._tree.level(prefix.encode()))
        return Folder(
            folders=tuple(os.path.basename(entry.key).decode() for entry in entries if isinstance(entry, FoundFolder)),
            objects=tuple(
                info_of(entry.key.decode(), entry.status) for entry in entries if isinstance(entry, FoundFile)
            ),
        )

    def unlisted(self, prefix: str = "") -> Iterator[Unlisted]:
        found = self._walk("unlisted", prefix, "", is_plain_file)
        return (entry for entry in found if isinstance(entry, Unlisted))

    def find(self, name: str) -> Unlisted | None:
        return found_beyond(self._given, self._tree, name)

    def remove_unfinished(self) -> int:
        return remove_unfinished(self._root)

    def remove_empty_folder(self, folder: str) -> None:
        remove_empty(self._path("remove_empty_folder", folder))

    def is_being_written(self, key: str) -> bool:
        """Whether another process holds the file's exclusive ``flock``, as Django does while it saves an upload.

        Django gives the lock back just before its last buffer is flushed: a file that was changed in
        the last moments may still grow. Raises ``UnsupportedError`` where the file system has no locks.
        """
        path = self._path("is_being_written", key)
        with self._translated("is_being_written", key), open_regular(path)[0] as file:
            return is_locked(file)

    def path_of(self, key: str) -> str:
        return self._path("path_of", key)

    def public_url(self, key: str) -> str:
        self._path("public_url", key)
        return f"{(self._base_url or '').rstrip('/')}/{quote(key, safe=URL_SAFE)}"

    def make_bucket(self) -> None:
        with self._translated("make_bucket", ""):
            if os.path.exists(self._root) and not os.path.isdir(self._root):
                raise AlreadyExistsError("a file has the name of this folder", **self._where("make_bucket", ""))
            make_folders(os.path.abspath(os.sep), self._root, self._dir_mode)

    # ── how ──────────────────────────────────────────────────────────────────────────────────

    def _published(self, staged: StagedFile, key: str, path: str, *, if_absent: bool, md5: bytes | None) -> Stored:
        staged.sync()
        if md5 is not None and staged.md5() != md5:
            raise DigestMismatchError("the bytes on the disk have another MD5", **self._where("put", key))
        try:
            staged.publish(path, if_absent=if_absent)
        except FileExistsError:
            if os.path.isdir(path):
                raise InvalidKeyError("a folder has this name", **self._where("put", key)) from None
            raise
        return Stored(key, staged.size, etag=fingerprint(staged.status()))

    def _walk(self, operation: str, prefix: str, after: str, skip: Skip = nothing) -> Iterator[FoundFile | Unlisted]:
        self._check_folder(operation, prefix)
        try:
            with self._translated(operation, prefix):
                yield from self._tree.walk(prefix.encode(), after.encode(), skip)
        except AccessDeniedError as error:
            place = getattr(error.__cause__, "filename", None) or self._root
            hint = "Let the user of this process list and enter it, or keep it outside of the storage's folder."
            reason = f"{error.reason}: {printable(os.fsencode(place))}"
            raise AccessDeniedError(reason, **self._where(operation, prefix), hint=hint) from error.__cause__

    def _path(self, operation: str, key: str) -> str:
        path = self._checked(operation, key)
        if not self._tree.holds_key(key.encode()):
            raise InvalidKeyError("a link leads this key out of the folder", **self._where(operation, key))
        return path

    def _checked(self, operation: str, key: str) -> str:
        """The path of a key, whatever links are on its way."""
        check_key(key, self.traits.key_rules, operation=operation, store=self._name)
        if "//" in key:
            raise InvalidKeyError("on a disk this is another key, with one slash", **self._where(operation, key))
        if ".medialift-" in key and any(map(UNFINISHED.fullmatch, key.encode().split(b"/"))):
            raise InvalidKeyError("this name is kept for unfinished writes", **self._where(operation, key))
        return f"{self._folder}{key}"

    def _check_folder(self, operation: str, prefix: str) -> None:
        check_prefix(prefix, self.traits.key_rules, operation=operation, store=str(self.identity))
        if prefix:
            self._path(operation, prefix)
        self._require_root(operation, prefix)

    def _require_root(self, operation: str, key: str) -> None:
        if not os.path.isdir(self._root):
            raise BucketNotFoundError("the folder is not there", **self._where(operation, key))

    @contextmanager
    def _translated(self, operation: str, key: str) -> Iterator[None]:
        try:
            with translated(**self._where(operation, key)):
                yield
        except NotFoundError:
            self._require_root(operation, key)
            raise

    def _explained(self, error: OSError, operation: str, key: str) -> StoreError:
        """The error to raise; if the whole folder is gone, that is raised at once."""
        told = explained(error, **self._where(operation, key))
        if isinstance(told, NotFoundError):
            self._require_root(operation, key)
        return told

    def _where(self, operation: str, key: str) -> dict[str, str]:
        return {"operation": operation, "key": key, "store": self._name}
