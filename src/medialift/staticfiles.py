"""Static files in a place of their own: :class:`~medialift.storage.MediaStorage` as ``collectstatic`` uses it.

A second ``collectstatic`` of the same files costs one listing and nothing else: what lies there with the same
bytes is not sent again, whatever the clocks of two machines say. No file that is replaced is ever missing for
a moment, because it is overwritten, and files are deleted only once their successors are there.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib.staticfiles.storage import ManifestFilesMixin

from medialift.conf import MediaOptions
from medialift.conf.entries import options_of_alias
from medialift.conf.resolve import named
from medialift.content_types import UNKNOWN
from medialift.errors import ConfigError, StoreError
from medialift.storage import MediaStorage
from medialift.storage.files import Upload
from medialift.stores.base import ObjectStore
from medialift.types import ETag, Headers, ObjectInfo

HASHED = re.compile(r"\.[0-9a-f]{12}(\.[^./]+)?$")
"""What ``ManifestFilesMixin`` puts into a name; the content of such a name never changes."""

IMMUTABLE = "public, max-age=31536000, immutable"
"""https://www.rfc-editor.org/rfc/rfc8246: browsers do not ask again, not even on reload."""

LISTED = 300.0
"""Seconds for which a listing is believed: longer than a ``collectstatic``, shorter than anybody's patience."""


class StaticStorage(MediaStorage):
    """Keeps static files. It overwrites, has plain addresses, and needs a bucket (or a prefix) of its own.

    The options are those of ``MediaStorage``; ``bucket`` has to be among them, because what fills in other
    entries names the place of uploads.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._listing: dict[str, ObjectInfo] = {}
        self._listed_at = -LISTED
        self._doomed: set[str] = set()

    def exists(self, name: str) -> bool:
        """Whether there is such a file, or a folder with files: ``collectstatic`` asks both, for every name.

        From one listing of the whole place, which is believed for :data:`LISTED` seconds.
        """
        key = self._key(name) if str(name).strip("/") else ""
        self._list_anew()
        if not key or (key in self._listing and key not in self._doomed):
            return True
        return any(other.startswith(f"{key}/") for other in self._listing if other not in self._doomed)

    def size(self, name: str) -> int:
        found = self._there().get(self._key(name)) if self._is_collecting else None
        return found.size if found else super().size(name)

    def get_modified_time(self, name: str) -> datetime:
        """When it was stored; not to ``collectstatic``, which then compares bytes instead of clocks.

        A checkout of an older release has older files, and an image that was built twice has files of one
        age: by their times Django would keep what lies in the bucket.
        """
        if self._is_collecting and self.store.traits.etag is ETag.MD5:
            raise NotImplementedError("static files are compared by their bytes")
        return super().get_modified_time(name)

    def url(self, name: str | None, *args: Any, **options: Any) -> str:
        """The plain address; of a folder (``img/``) with its slash, because scripts append names to it."""
        found = super().url(name, *args, **options)
        return f"{found}/" if str(name or "").endswith("/") and not found.endswith("/") else found

    def delete(self, name: str) -> None:
        """At once; but between a listing and the end of ``collectstatic`` only what nobody has saved again."""
        if not self._is_collecting or not name:
            super().delete(name)
            return
        key = self._key(name)
        if key in self._listing:
            if not self._doomed:
                weakref.finalize(self, _delete_quietly, self.store, self._doomed)
            self._doomed.add(key)

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        if not self._is_collecting:
            return super().listdir(path)
        below = f"{self._key(path)}/" if str(path).strip("/.") else ""
        rest = [key[len(below) :] for key in self._there() if key.startswith(below)]
        folders = dict.fromkeys(name.partition("/")[0] for name in rest if "/" in name)
        return list(folders), [name for name in rest if "/" not in name]

    def _open(self, name: str, mode: str = "rb") -> Any:
        if self._key(name) in self._doomed:
            self.delete_doomed()
        return super()._open(name, mode)

    def post_process(self, paths: Mapping[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Called by ``collectstatic`` when every file is there: now the old ones may go."""
        yield from ()
        if not dry_run:
            self.delete_doomed()

    def delete_doomed(self) -> None:
        """Delete what is still to be deleted, in as few requests as the service allows. Raises the store's errors."""
        for key in self._doomed:
            self._listing.pop(key, None)
        _delete(self.store, self._doomed)

    # ── inside ───────────────────────────────────────────────────────────────────────────────

    def _save(self, name: str, content: Any) -> str:
        upload = content if isinstance(content, Upload) else Upload(content, self.options.max_memory_size)
        key = self._key(name)
        self._doomed.discard(key)
        found = self._listing.get(key)
        if found is None or not self._holds(found, upload):
            name = super()._save(name, upload)
            self._listing[key] = ObjectInfo(key, upload.size, etag=_md5(upload))
        return name

    def _holds(self, found: ObjectInfo, upload: Upload) -> bool:
        """Whether the object is what would be sent; "cannot tell" is no."""
        tells = self.store.traits.etag is ETag.MD5
        return tells and found.size == upload.size and found.etag == _md5(upload)

    @property
    def _is_collecting(self) -> bool:
        """Whether somebody has just asked what is there, as nobody but ``collectstatic`` does."""
        return time.monotonic() - self._listed_at < LISTED

    def _list_anew(self) -> None:
        if not self._is_collecting:
            self._listing = {info.key: info for info in self.store.list()}
            self._listed_at = time.monotonic()

    def _there(self) -> dict[str, ObjectInfo]:
        """Everything but what is about to be deleted, by key."""
        self._list_anew()
        return {key: info for key, info in self._listing.items() if key not in self._doomed}

    def _headers(self, name: str, told: str = UNKNOWN, first_bytes: bytes = b"") -> Headers:
        headers = super()._headers(name, told, first_bytes)
        if headers.cache_control is None and HASHED.search(name):
            return dataclasses.replace(headers, cache_control=IMMUTABLE)
        return headers

    def _read_options(self) -> MediaOptions:
        said = named(options_of_alias(self._alias) if self._alias else self._given)
        options = super()._read_options()
        if "bucket" not in said and options.spec.provider not in ("memory", "filesystem"):
            hint = "Name it: static files in the place of uploads could replace them, and the other way round."
            raise ConfigError("static files need a bucket, or a prefix, of their own", hint=hint)
        if said.get("access", "public") != "public":
            raise ConfigError("static files are public", hint="Remove access (querystring_auth) from its OPTIONS.")
        return dataclasses.replace(options, overwrite=True, access="public")


class ManifestStaticStorage(ManifestFilesMixin, StaticStorage):  # type: ignore[misc]  # url() of both is the storage's
    """The same with hashed names and a manifest, as Django's ``ManifestStaticFilesStorage``.

    The manifest is read when the first address is asked for, not when the settings are loaded. Hashed names
    are served with ``immutable``, unless the option ``cache_control`` says otherwise.
    """

    _loaded: tuple[dict[str, str], str] | None = None
    _is_ready = False

    def __init__(self, *, manifest_storage: Any = None, **options: Any) -> None:
        super().__init__(manifest_storage=manifest_storage, **options)
        self._loaded, self._is_ready = None, True

    def load_manifest(self) -> Any:
        """Paths and hash; not before somebody asks. Raises ``ValueError`` for a manifest that cannot be read."""
        return super().load_manifest() if self._is_ready else ({}, "")

    @property
    def hashed_files(self) -> dict[str, str]:
        """The hashed name of every file, by its name."""
        return self._manifest()[0]

    @hashed_files.setter
    def hashed_files(self, found: dict[str, str]) -> None:
        self._loaded = (found, self._loaded[1] if self._loaded else "")

    @hashed_files.deleter
    def hashed_files(self) -> None:
        """What a test that patches them does in the end: the manifest is read again when somebody asks."""
        self._loaded = None

    @property
    def manifest_hash(self) -> str:
        """What Django calls the manifest's hash."""
        return self._manifest()[1]

    @manifest_hash.setter
    def manifest_hash(self, found: str) -> None:
        self._loaded = (self._loaded[0] if self._loaded else {}, found)

    def post_process(self, *args: Any, **options: Any) -> Iterator[Any]:
        yield from super().post_process(*args, **options)
        if not options.get("dry_run"):
            self.delete_doomed()

    def _manifest(self) -> tuple[dict[str, str], str]:
        if self._loaded is None:
            self._loaded = self.load_manifest()
        return self._loaded


def _delete(store: ObjectStore, keys: set[str]) -> None:
    wanted = sorted(keys)
    keys.clear()
    for error in store.delete_many(wanted):
        raise error


def _delete_quietly(store: ObjectStore, keys: set[str]) -> None:
    """The last chance, when nobody is left to hear of an error: what stays is only superfluous."""
    with suppress(StoreError):
        _delete(store, keys)


def _md5(upload: Upload) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    upload.file.seek(0)
    while data := upload.file.read(1024 * 1024):
        digest.update(data)
    upload.file.seek(0)
    return digest.hexdigest()
