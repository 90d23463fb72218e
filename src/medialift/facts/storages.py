"""What the entries of ``STORAGES`` are."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, InvalidStorageError, storages

from medialift.bridge import identity_of
from medialift.doctor.site import StorageFacts
from medialift.errors import MedialiftError
from medialift.storage import MediaStorage
from medialift.types import StoreIdentity


def media_aliases() -> list[str]:
    """The entries of ``STORAGES`` that keep media."""
    return [alias for alias in storages.backends if alias != "staticfiles"]


def distinct_aliases() -> list[str]:
    """The same without those whose entry says word for word what that of another says; ``default`` comes first."""
    aliases = sorted(media_aliases(), key=lambda alias: alias != "default")
    entries = [storages.backends[alias] for alias in aliases]
    return [alias for number, alias in enumerate(aliases) if entries[number] not in entries[:number]]


def storage_facts(alias: str) -> StorageFacts:
    """What one entry says, and what the store behind it is; one that cannot be used says nothing."""
    return dataclasses.replace(said_of(alias), identity=identity_of_alias(alias))


def said_of(alias: str) -> StorageFacts:
    """What one entry says, without opening its store."""
    storage = _storage(alias)
    if isinstance(storage, MediaStorage):
        try:
            spec, access = storage.options.spec, storage.options.access
        except MedialiftError:
            return StorageFacts(alias)
        acl = str(spec.object_parameters.get("ACL", ""))
        return StorageFacts(alias, access, bool(spec.custom_domain), acl=acl)
    signs = getattr(storage, "querystring_auth", None)  # django-storages' word
    access = "" if signs is None else "private" if signs else "public"
    acl = str(getattr(storage, "default_acl", None) or "")
    return StorageFacts(alias, access, bool(getattr(storage, "custom_domain", None)), acl=acl)


def identity_of_alias(alias: str) -> StoreIdentity | None:
    """What the store behind one entry is, if that can be told."""
    return _identity(_storage(alias))


def identity_of_static() -> StoreIdentity | None:
    """Where static files lie. Django's own storage of them has a ``path`` of its own, and is a folder all the same."""
    storage = _storage("staticfiles")
    if isinstance(storage, FileSystemStorage) and storage.base_location:
        return StoreIdentity("filesystem", os.path.realpath(storage.location))
    return None if isinstance(storage, FileSystemStorage) else _identity(storage)


def folder_of_default() -> str:
    """The folder in which the default storage keeps uploads; empty if it keeps them elsewhere."""
    storage = _storage("default")
    return os.fspath(storage.location) if isinstance(storage, FileSystemStorage) else ""


def _storage(alias: str) -> Any:
    try:
        return storages[alias]
    except (MedialiftError, InvalidStorageError, ImproperlyConfigured, ImportError):
        return None


def _identity(storage: Any) -> StoreIdentity | None:
    try:
        return identity_of(storage) if storage is not None else None
    except (MedialiftError, ImproperlyConfigured):
        return None
