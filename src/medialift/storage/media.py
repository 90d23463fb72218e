"""MediaStorage: Django's Storage over one store."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar
from urllib.parse import urljoin

from django.apps import apps
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.core.files.utils import validate_file_name
from django.core.signals import setting_changed
from django.utils.encoding import filepath_to_uri

from medialift import stores
from medialift.conf import MediaOptions, resolve
from medialift.conf.entries import alias_of_entry, options_of_alias, shareable
from medialift.conf.resolve import WRITTEN, named
from medialift.content_types import ENOUGH, UNKNOWN, served_type
from medialift.errors import AlreadyExistsError, ConfigError, InvalidKeyError, NotFoundError
from medialift.keys import clean_name, key_for, name_for
from medialift.renditions import remove_renditions
from medialift.storage.files import MediaFile, Place, Upload, creates_atomically
from medialift.storage.names import Naming, refuses_traversal
from medialift.storage.routes import destination, merged_listing, routed
from medialift.storage.urls import Addresses, overrides, signing_window
from medialift.stores.base import ObjectStore
from medialift.stores.folders import folder_of
from medialift.stores.headers import made_inert
from medialift.types import Headers

Value = TypeVar("Value")


class MediaStorage(Storage):
    """Keeps a site's files in one store.

    *options* are those of the ``OPTIONS`` of a ``STORAGES`` entry (all are in the settings
    reference); a subclass may hold them as class attributes. Without any, ``MEDIA_STORAGE_URL`` and
    the ``AWS_*`` names say what the storage is. *alias* takes the options of that entry instead.

    Errors are Python's own (``FileNotFoundError``, ``PermissionError``, …) and at the same time
    those of :mod:`medialift.errors`; a name that leads out of the store is a
    ``SuspiciousFileOperation`` everywhere. Safe to share between threads, and after a fork.

    What the option ``routes`` sends elsewhere by its name is handed over, in every method, to the
    storage of that alias.
    """

    __module__ = "medialift.storage"
    """Where sites import it from: settings, migrations and pickles hold that path."""

    def __init__(self, *, alias: str | None = None, **options: Any) -> None:
        named(options)
        self._alias, self._given = alias, options
        self._open_store: ObjectStore | None = None
        setting_changed.connect(self._forget)

    @classmethod
    def over(cls, store: ObjectStore, **options: Any) -> MediaStorage:
        """The storage of a store that is already open."""
        storage = cls(**{"provider": "memory", **options})
        storage._open_store = store
        return storage

    @property
    def options(self) -> MediaOptions:
        """What the settings say, read once. Raises :class:`~medialift.errors.ConfigError`."""
        return self._once("_options", self._read_options)

    @property
    def written_options(self) -> dict[str, Any]:
        """What the entry and the class say, before settings and environment fill it in."""
        given = options_of_alias(self._alias) if self._alias else self._given
        return {**_class_options(type(self)), **given}

    @property
    def store(self) -> ObjectStore:
        """The store, opened when first asked for."""
        return self._open_store or self._once("_store", lambda: stores.open_store(self.options.spec))

    @property
    def _writing_store(self) -> ObjectStore:
        """The store with what a probe found out about it: looked up once, and only before something is created."""
        if self._open_store is not None or self.options.overwrite:
            return self.store
        return self._once("_probed_store", lambda: _as_probed(self.store))

    @property
    def signs(self) -> bool:
        """Whether its store can make URLs that grant access for a time."""
        return self._addresses.signs is not None

    @property
    def _addresses(self) -> Addresses:
        found: Addresses | None = self.__dict__.get("_made_addresses")
        if found is None:
            found = self.__dict__.setdefault("_made_addresses", Addresses(self.store))
        return found

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    @refuses_traversal
    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Store *content* in one request, and return the name it got.

        A name that is taken is told by the store's refusal, and the next one is tried; a store that
        cannot refuse gets a random suffix at once.
        """
        if not hasattr(content, "chunks"):
            content = File(content, name)
        wanted = str(content.name if name is None else name)
        validate_file_name(wanted, allow_relative_path=True)
        if (elsewhere := destination(self.options.routes, wanted)) is not None:
            return elsewhere.save(wanted, content, max_length=max_length)
        with Upload(content, self.options.max_memory_size) as upload:
            stored = self._save_somewhere(wanted, upload, max_length)
        validate_file_name(stored, allow_relative_path=True)
        return stored

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """*name*, valid and not longer than *max_length*; whether it is free is found out by saving."""
        return Naming(self, taken=set()).get_available_name(name, max_length)

    def get_alternative_name(self, file_root: str, file_ext: str) -> str:
        if self.options.overwrite:
            return f"{file_root}{file_ext}"
        return super().get_alternative_name(file_root, file_ext)

    def is_name_available(self, name: str, max_length: int | None = None) -> bool:
        too_long = bool(max_length) and len(name) > (max_length or 0)
        return not too_long and (self.options.overwrite or not self.exists(name))

    @refuses_traversal
    @routed
    def delete(self, name: str) -> None:
        """Delete the file, and what ``images="embedded"`` made of it; one that is not there is no error."""
        if not name:
            raise ValueError("The name must be given to delete().")
        self.store.delete(self._key(name))
        if self.options.images is not None and self.options.images.engine == "embedded":
            for error in remove_renditions(self.store, clean_name(name)):
                raise error

    def _save_somewhere(self, wanted: str, upload: Upload, max_length: int | None) -> str:
        name = self.get_available_name(wanted, max_length=max_length)
        validate_file_name(name, allow_relative_path=True)
        if not self.options.overwrite and not creates_atomically(self._writing_store.traits, upload):
            name = self._other_name(name, max_length)
        while True:
            validate_file_name(name, allow_relative_path=True)
            try:
                return self._save(name, upload)
            except AlreadyExistsError:
                name = self._other_name(name, max_length)

    def _other_name(self, name: str, max_length: int | None) -> str:
        return Naming(self, taken={name}).get_available_name(name, max_length)

    def _save(self, name: str, content: Any) -> str:
        """Store under exactly this name. Raises ``AlreadyExistsError``."""
        upload = content if isinstance(content, Upload) else Upload(content, self.options.max_memory_size)
        store = self._writing_store
        creates = not self.options.overwrite and creates_atomically(store.traits, upload)
        name = clean_name(name)
        headers = self._headers(name, upload.content_type, upload.first_bytes(ENOUGH))
        store.put(self._key(name), upload.body(), headers=headers, if_absent=creates)
        return name

    def headers_for(self, name: str, first_bytes: bytes = b"") -> Headers:
        """What is kept beside the bytes of a file of this name, however they got into the store."""
        return self._headers(name, first_bytes=first_bytes)

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    @refuses_traversal
    @routed
    def _open(self, name: str, mode: str = "rb") -> MediaFile:
        key = self._key(name)
        store = self._writing_store if "x" in mode else self.store
        return MediaFile(Place(store, key, self._headers(str(name))), str(name), mode)

    @refuses_traversal
    @routed
    def exists(self, name: str) -> bool:
        """Whether a file has this name; what cannot be told is an error, never ``False``."""
        try:
            self.store.head(self._key(name))
        except NotFoundError:
            return False
        return True

    @refuses_traversal
    @routed
    def size(self, name: str) -> int:
        return self.store.head(self._key(name)).size

    @refuses_traversal
    @routed
    def get_modified_time(self, name: str) -> datetime:
        """When it was stored: aware in UTC if ``USE_TZ``, else naive in the process's own timezone."""
        modified = self.store.head(self._key(name)).modified
        if modified is None:
            raise NotImplementedError("this store does not tell when an object was stored")
        return datetime.fromtimestamp(modified.timestamp(), tz=timezone.utc if settings.USE_TZ else None)

    @refuses_traversal
    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Names of folders and of files in *path*. A folder that is not there is an empty one.

        One request, and one for each route to a folder below *path*.
        """
        return merged_listing(self.options.routes, str(path), self._own_listing)

    def _own_listing(self, path: str) -> tuple[list[str], list[str]]:
        prefix = self._key(path) if os.path.normpath(path) != "." else ""
        folder = folder_of(self.store, prefix)
        below = f"{prefix}/" if prefix else ""
        inside = [self._name(f"{below}{name}/-") for name in folder.folders]
        files = [self._name(info.key) for info in folder.objects]
        return [name.split("/")[-2] for name in inside if name], [name.rpartition("/")[2] for name in files if name]

    # ── addresses ────────────────────────────────────────────────────────────────────────────

    @refuses_traversal
    @routed
    def url(
        self,
        name: str | None,
        parameters: Mapping[str, str] | None = None,
        expire: float | timedelta | None = None,
        http_method: str | None = None,
        *,
        filename: str | None = None,
        content_type: str | None = None,
    ) -> str:
        """The file's address, without a request; of no name, the address that names are appended to.

        With ``access="private"`` it is signed for *expire* (seconds, or what ``expires`` says). The
        first four are django-storages' own; *filename* makes browsers download under that name, and
        *content_type* has the file answered as that type. These, and *parameters*, need a signature.
        Raises ``ValueError`` where the store has no such address.
        """
        # Django's promise for every storage: a leading slash never makes a URL of another host.
        name = str(name or "").lstrip("/\\")
        if not name:
            return self._plain_url("")
        wishes = overrides(parameters) if parameters else {}
        if filename:
            wishes["filename"] = filename
        if content_type:
            wishes["content_type"] = content_type
        signs = self._addresses.signs
        if not (wishes or http_method) and (signs is None or self.options.access != "private"):
            return self._plain_url(self._key(name))
        if signs is None:
            raise ValueError(
                "this store cannot sign URLs, which filename, content_type, parameters and http_method need"
            )
        lasting, method = _lasting(expire, self.options.expires), (http_method or "GET").upper()
        if not wishes:
            return self._addresses.signed(self._key(name), lasting, method)
        as_of, lasting = signing_window(lasting, datetime.now(timezone.utc))
        return signs.signed_url(self._key(name), expires=lasting, method=method, now=as_of, **wishes)

    def _plain_url(self, key: str) -> str:
        public = self._addresses.public
        if public is not None and not self.options.base_url:
            return public.public_url(key) if key else public.public_url("-")[:-1]
        # A store without any address lies on this machine, and Django's own server serves it.
        base = self.options.base_url or ("" if self.signs else settings.MEDIA_URL)
        if not base:
            raise ValueError("this store has no plain URLs: set the option custom_domain or base_url")
        return urljoin(base if base.endswith("/") else f"{base}/", filepath_to_uri(key).lstrip("/"))

    # ── travelling ───────────────────────────────────────────────────────────────────────────

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """What a migration writes: the alias, or options without a secret."""
        return f"{type(self).__module__}.{type(self).__qualname__}", (), self._travelling_options()

    def __reduce__(self) -> tuple[Any, ...]:
        return _arrive, (type(self), self._travelling_options())

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._open_store is other._open_store and self.options == other.options

    def __hash__(self) -> int:
        return hash((type(self), self.options.spec.container, self.options.spec.prefix))

    def _travelling_options(self) -> dict[str, Any]:
        if self._open_store is not None:
            raise TypeError("a storage over an open store cannot be pickled or written into a migration")
        alias = self._alias or alias_of_entry(type(self), self._given)
        return {"alias": alias} if alias else shareable(self._given)

    # ── inside ───────────────────────────────────────────────────────────────────────────────

    def _read_options(self) -> MediaOptions:
        return resolve(self.written_options)

    def _once(self, name: str, make: Callable[[], Value]) -> Value:
        # No lock: one that is held while the process forks would stay locked in the child for ever.
        found: Value | None = self.__dict__.get(name)
        return found if found is not None else self.__dict__.setdefault(name, make())

    def _forget(self, *, setting: str, **kwargs: Any) -> None:
        """Settings change in tests: read them again."""
        if setting == "STORAGES" or setting.startswith("AWS_"):
            self.__dict__.pop("_options", None)
            self.__dict__.pop("_store", None)
            self.__dict__.pop("_probed_store", None)
            self.__dict__.pop("_made_addresses", None)

    def _key(self, name: str) -> str:
        return key_for(clean_name(str(name or "")), self.store.traits.key_rules)

    def _name(self, key: str) -> str | None:
        """The name that has this key; somebody else's object has none."""
        try:
            return name_for(key, self.store.traits.key_rules)
        except InvalidKeyError:
            return None

    def _headers(self, name: str, told: str = UNKNOWN, first_bytes: bytes = b"") -> Headers:
        kind = served_type(name, first_bytes, told)
        headers = Headers(content_type=kind, cache_control=self.options.cache_control)
        return headers if self.options.active_content == "inline" else made_inert(headers, name, self.store.traits)


def _arrive(kind: type[MediaStorage], options: dict[str, Any]) -> Storage:
    return storages[options["alias"]] if "alias" in options else kind(**options)


def _class_options(kind: type[MediaStorage]) -> dict[str, Any]:
    """Options that subclasses hold as class attributes, the way django-storages' users write them."""
    classes = [base for base in reversed(kind.__mro__) if issubclass(base, MediaStorage) and base is not MediaStorage]
    found = {name: value for base in classes for name, value in vars(base).items() if name in WRITTEN}
    for name, value in found.items():
        if hasattr(value, "__get__"):
            raise ConfigError(
                f"{kind.__name__}.{name} is computed, and options are read once",
                hint=f"Make {name} a plain value, or override the property options.",
            )
    return found


def _as_probed(store: ObjectStore) -> ObjectStore:
    if not apps.is_installed("medialift"):
        return store
    from medialift.ledger.probes import with_probe  # its tables need an app registry, which settings modules have not

    return with_probe(store)


def _lasting(expire: float | timedelta | None, default: timedelta) -> timedelta:
    if expire is None:
        return default
    return expire if isinstance(expire, timedelta) else timedelta(seconds=expire)
