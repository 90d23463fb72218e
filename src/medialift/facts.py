"""What this site is, as frozen :class:`~medialift.doctor.site.SiteFacts`: how the engine rooms see Django."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, storages

from medialift import checks
from medialift.bridge import identity_of
from medialift.doctor.finding import Finding
from medialift.doctor.site import SiteFacts, StorageFacts
from medialift.doctor.sources import hard_coded_urls, path_calls
from medialift.errors import MedialiftError
from medialift.references.fields import find_columns
from medialift.storage import MediaStorage
from medialift.types import StoreIdentity

OF_ENTRIES = checks.WRONG_OPTIONS.id
"""Left out of the settings' findings: whoever opens the entry says it, for every kind of storage."""


def site_facts() -> SiteFacts:
    """Look at the site. Opens no connection."""
    return SiteFacts(
        storages=MappingProxyType({alias: _storage_facts(alias) for alias in media_aliases()}),
        origins=tuple(_origins()),
        silenced=frozenset(settings.SILENCED_SYSTEM_CHECKS),
        settings=_said_by_system_checks(),
        media_root=str(settings.MEDIA_ROOT),
        tracked_media=_tracked_media(),
        static=_identity(_storage("staticfiles")),
        path_calls=tuple(path_calls(_own_code(), _file_fields())),
        hard_coded_urls=tuple(hard_coded_urls(_own_templates(), settings.MEDIA_URL) if settings.MEDIA_URL else ()),
    )


def media_aliases() -> list[str]:
    """The entries of ``STORAGES`` that keep media."""
    return [alias for alias in storages.backends if alias != "staticfiles"]


def _said_by_system_checks() -> Mapping[str, tuple[Finding, ...]]:
    said = [Finding(str(told.id), told.msg, told.hint or "") for told in run_checks(None, ["files"], True)]
    ids = [rule.id for rule in checks.FINDINGS if rule.id != OF_ENTRIES]
    return MappingProxyType({id: tuple(told for told in said if told.id == id) for id in ids})


def _own_code() -> list[str]:
    """The folders of the apps that are the project's own, and not installed from elsewhere."""
    installed = ("site-packages", "dist-packages")
    paths = [Path(config.path) for config in apps.get_app_configs() if config.name != "medialift"]
    return [str(path) for path in paths if not set(installed) & set(path.parts)]


def _own_templates() -> list[str]:
    said = [str(folder) for engine in settings.TEMPLATES for folder in engine.get("DIRS", ())]
    return [*said, *(f"{folder}/templates" for folder in _own_code())]


def _file_fields() -> frozenset[str]:
    return frozenset(column.field.name for column in find_columns().columns)


def _storage_facts(alias: str) -> StorageFacts:
    storage = _storage(alias)
    identity = _identity(storage)
    if isinstance(storage, MediaStorage):
        try:
            return StorageFacts(alias, storage.options.access, bool(storage.options.spec.custom_domain), identity)
        except MedialiftError:
            return StorageFacts(alias)
    signs = getattr(storage, "querystring_auth", None)  # django-storages' word
    access = "" if signs is None else "private" if signs else "public"
    return StorageFacts(alias, access, bool(getattr(storage, "custom_domain", None)), identity)


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


def _tracked_media() -> str:
    """One file of MEDIA_ROOT that git tracks; empty without git, or outside a checkout."""
    if not settings.MEDIA_ROOT or not Path(settings.MEDIA_ROOT).is_dir() or not (git := shutil.which("git")):
        return ""
    listing = [git, "-C", str(settings.MEDIA_ROOT), "ls-files", "-z"]
    done = subprocess.run(listing, capture_output=True, timeout=30, check=False)  # noqa: S603 (no part of it is given)
    return os.fsdecode(done.stdout.partition(b"\0")[0]) if done.returncode == 0 else ""


def _origins() -> Iterator[str]:
    """Where browsers load the site from, without patterns that name no single host."""
    named = [*settings.CSRF_TRUSTED_ORIGINS, *(f"https://{host}" for host in settings.ALLOWED_HOSTS)]
    for origin in dict.fromkeys(named):
        if "*" not in origin and "://." not in origin:
            yield origin
