"""Any Django Storage as a store, through Django's own methods and nothing else."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from functools import partial
from types import MappingProxyType
from typing import IO

from django.core.exceptions import SuspiciousOperation
from django.core.files.base import File
from django.core.files.storage import Storage

from medialift.bridge.local import no_plain_file
from medialift.bridge.peculiar import fault_of
from medialift.bridge.transfer import StorageDownload, spooled
from medialift.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    CredentialsError,
    DigestMismatchError,
    InvalidKeyError,
    NotFoundError,
    PreconditionError,
    StoreError,
    ThrottledError,
    UnavailableError,
    UnsupportedError,
)
from medialift.stores.base import Body, Download, Folder
from medialift.stores.deleting import one_by_one
from medialift.stores.filesystem.errors import ERRORS
from medialift.stores.keycheck import check_key, check_prefix
from medialift.types import NO_HEADERS, ETag, Headers, KeyRules, ObjectInfo, Stored, StoreIdentity, Traits, Unlisted

STORAGE_TRAITS = Traits(
    etag=ETag.OPAQUE,
    keeps_headers=False,
    # Django turns every backslash into a slash; nothing else is known of what lies behind a storage.
    key_rules=KeyRules(
        allowed=r"\x00-\x5b\x5d-\U0010ffff", max_bytes=1024, max_segment_bytes=255, refuses_empty_segments=True
    ),
    multipart_threshold=0,
)
_PLACES = ("bucket_name", "container_name", "azure_container", "base_location", "location", "root_path")
"""Where storages commonly say what they keep files in."""


class StorageStore:
    """What Django promises of a Storage, and no more: see ``traits`` for what that leaves out.

    Creating is not atomic, and replacing deletes the old file first. An object's version is its size
    and time of change. Folders are walked, one level in memory at a time.
    """

    traits = STORAGE_TRAITS

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.identity = StoreIdentity("storage", _class_path(storage), _place(storage))

    def put(
        self, key: str, body: Body, *, headers: Headers = NO_HEADERS, if_absent: bool = False, md5: bytes | None = None
    ) -> Stored:
        self._check("put", key)
        if fault := fault_of(self.storage, key):
            raise InvalidKeyError(fault, hint="Rename the file.", **self._where("put", key))
        if if_absent:
            raise UnsupportedError("Django's storages cannot create atomically", **self._where("put", key))
        with spooled(body) as (file, digest):
            if md5 is not None and digest != md5:
                raise DigestMismatchError("the body's MD5 is another", **self._where("put", key))
            with self._translated("put", key):
                self._save(key, file, headers)
        info = self._found("put", key)
        return Stored(key, info.size, etag=info.etag)

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        info = self._found("get", key)
        if if_match not in (None, info.etag):
            raise PreconditionError("the file is another version", **self._where("get", key))
        with self._translated("get", key):
            file = self.storage.open(key, "rb")
            return StorageDownload(file, info, start, length, partial(self._translated, "get", key))

    def head(self, key: str) -> ObjectInfo:
        return self._found("head", key)

    def find(self, name: str) -> Unlisted | None:
        try:
            with self._translated("find", name):
                if self.storage.exists(name):
                    return self._told(name)
        except AccessDeniedError as error:
            return Unlisted(name, error.reason)
        except (NotFoundError, InvalidKeyError):
            pass  # a name that the site cannot read by either
        return None

    def delete(self, key: str) -> None:
        self._check("delete", key)
        with suppress(NotFoundError), self._translated("delete", key):
            # Some storages would delete everything below a folder.
            if self.storage.exists(key) and not self._is_folder(key):
                self.storage.delete(key)

    def delete_many(self, keys: Iterable[str]) -> Iterator[StoreError]:
        return one_by_one(self.delete, keys)

    def list(self, prefix: str = "", *, after: str = "") -> Iterator[ObjectInfo]:
        check_prefix(prefix, self.traits.key_rules, operation="list", store=str(self.identity))
        for key in self._walk(prefix):
            if key.encode() > after.encode() and no_plain_file(self.storage, key) is None:
                with suppress(NotFoundError):  # deleted since its folder was read
                    with self._translated("list", key):
                        info = self._info(key)
                    yield info

    def list_folder(self, prefix: str = "") -> Folder:
        check_prefix(prefix, self.traits.key_rules, operation="list", store=str(self.identity))
        with self._translated("list", prefix):
            folders, files = self._listdir(prefix)
            below = len(prefix) + 1 if prefix else 0
            deeper = {
                key[below:].partition("/")[0] for key in (*files, *(f"{key}/" for key in folders)) if "/" in key[below:]
            }
            direct = (key for key in files if "/" not in key[below:])
            return Folder(tuple(sorted(deeper, key=str.encode)), tuple(self._info(key) for key in direct))

    def close(self) -> None:
        """Nothing to free: the storage belongs to Django."""

    # ── inside ───────────────────────────────────────────────────────────────────────────────

    def _save(self, key: str, body: IO[bytes], headers: Headers) -> None:
        """Save under exactly this name: another name is undone, never left lying about."""
        if self.storage.exists(key):
            self.storage.delete(key)
        file = File(body, key)
        file.content_type = headers.content_type  # type: ignore[attr-defined]
        saved = self.storage.save(key, file)
        if saved != key:
            self.storage.delete(saved)
            raise AlreadyExistsError(f"the storage saved it as {saved!r}", **self._where("put", key))

    def _found(self, operation: str, key: str) -> ObjectInfo:
        self._check(operation, key)
        with self._translated(operation, key):
            if not self.storage.exists(key) or no_plain_file(self.storage, key) or self._is_folder(key):
                raise NotFoundError("no file has this name", **self._where(operation, key))
            return self._info(key)

    def _info(self, key: str) -> ObjectInfo:
        size, modified = self.storage.size(key), self._modified(key)
        version = f"{size}:{modified.timestamp() if modified else ''}"
        return ObjectInfo(key, size, etag=version, modified=modified, fingerprint=version)

    def _told(self, name: str) -> Unlisted:
        if found := no_plain_file(self.storage, name):
            return found
        if self._is_folder(name):
            return Unlisted(name, "a folder has this name, not a file", readable=False)
        return Unlisted(name, "the storage has it, but not as a file of its own name")

    def _modified(self, key: str) -> datetime | None:
        try:
            told = self.storage.get_modified_time(key)
        except NotImplementedError:
            return None
        return told.astimezone(timezone.utc)

    def _walk(self, folder: str) -> Iterator[str]:
        """Every key below *folder*, in byte order: a folder sorts as its name with a slash."""
        with self._translated("list", folder):
            folders, files = self._listdir(folder)
        for key in sorted(itertools.chain(files, (f"{key}/" for key in folders)), key=str.encode):
            if len(key.encode()) > self.traits.key_rules.max_bytes:
                continue  # a link that leads back up never ends otherwise
            if key.endswith("/"):
                yield from self._walk(key[:-1])
            else:
                yield key

    def _listdir(self, folder: str) -> tuple[Sequence[str], Sequence[str]]:
        """Keys of the folders and files that the storage lists in *folder*.

        django-storages' Azure storage lists every file below it at once, by its name in the container.
        """
        try:
            folders, files = self.storage.listdir(folder)
        except (FileNotFoundError, NotADirectoryError, FileExistsError):
            return [], []
        return [_join(folder, name) for name in folders if name], [self._key(folder, name) for name in files if name]

    def _key(self, folder: str, name: str) -> str:
        if "/" not in name:
            return _join(folder, name)
        location = str(getattr(self.storage, "location", "") or "").strip("/")
        return name.removeprefix(f"{location}/") if location else name

    def _is_folder(self, key: str) -> bool:
        return any(self._listdir(key))

    def _check(self, operation: str, key: str) -> None:
        check_key(key, self.traits.key_rules, operation=operation, store=str(self.identity))

    def _where(self, operation: str, key: str) -> dict[str, str]:
        return {"operation": operation, "key": key, "store": str(self.identity)}

    @contextmanager
    def _translated(self, operation: str, key: str) -> Iterator[None]:
        """Whatever a storage raises, as one of medialift's errors with its cause."""
        try:
            yield
        except StoreError:
            raise
        except Exception as error:
            number = error.errno if isinstance(error, OSError) else None
            reason = os.strerror(number) if number else f"the storage raised {type(error).__name__}"
            raise _kind(error, operation)(reason, **self._where(operation, key)) from error


_IN_THE_WAY = (FileExistsError, NotADirectoryError, IsADirectoryError)
_RAISED: tuple[tuple[type[Exception], type[StoreError]], ...] = (
    (SuspiciousOperation, InvalidKeyError),
    (FileNotFoundError, NotFoundError),
    (PermissionError, AccessDeniedError),
    (TimeoutError, UnavailableError),
    (ConnectionError, UnavailableError),
)
"""What storages raise, also without an error number."""


def _kind(error: Exception, operation: str) -> type[StoreError]:
    if isinstance(error, _IN_THE_WAY):  # a file where a folder is needed, or the other way round
        return InvalidKeyError if operation == "put" else NotFoundError
    told = next((kind for raised, kind in _RAISED if isinstance(error, raised)), None)
    by_number = ERRORS.get(error.errno or 0) if isinstance(error, OSError) else None
    return told or by_number or _ANSWERED.get(_status(error)) or StoreError


_ANSWERED: Mapping[int, type[StoreError]] = MappingProxyType(
    {
        401: CredentialsError,
        403: AccessDeniedError,
        404: NotFoundError,
        408: UnavailableError,
        429: ThrottledError,
        500: UnavailableError,
        502: UnavailableError,
        503: UnavailableError,
        504: UnavailableError,
    }
)
"""What a service's HTTP status means, where an SDK's error has one."""


def _status(error: Exception) -> int:
    """The HTTP status in an SDK's error (Google's ``code``, Azure's ``status_code``), or 0."""
    found = (getattr(error, name, None) for name in ("status_code", "code"))
    return next((status for status in found if isinstance(status, int)), 0)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _class_path(storage: Storage) -> str:
    return f"{type(storage).__module__}.{type(storage).__qualname__}"


def _place(storage: Storage) -> str:
    """What the storage says of where its files are; a storage that says nothing is known by its class alone."""
    told = (getattr(storage, name, None) for name in _PLACES)
    return "/".join(dict.fromkeys(str(value).strip("/") for value in told if value))
