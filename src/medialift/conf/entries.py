"""How a storage travels: by its alias in ``STORAGES``, or by its options without the secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.core.files.storage import storages
from django.utils.module_loading import import_string

from medialift.conf.options import SECRET_OPTIONS
from medialift.conf.resolve import WRITTEN
from medialift.errors import ConfigError


def alias_of_entry(backend: type, options: Mapping[str, object]) -> str | None:
    """The alias of the ``STORAGES`` entry that makes a *backend* with exactly these options."""
    for alias, entry in _entries().items():
        if entry.get("OPTIONS", {}) == options and _class_of(entry) is backend:
            return alias
    return None


def options_of_alias(alias: str) -> dict[str, Any]:
    """The ``OPTIONS`` of one entry. Raises :class:`ConfigError`."""
    entries = _entries()
    if alias not in entries:
        raise ConfigError(f"STORAGES has no entry {alias!r}", hint=f"Its entries: {', '.join(entries)}.")
    return dict(entries[alias].get("OPTIONS", {}))


def shareable(options: Mapping[str, Any]) -> dict[str, Any]:
    """*options* without those that no pickle, migration or task queue may hold."""
    return {name: value for name, value in options.items() if WRITTEN[name][0].name not in SECRET_OPTIONS}


def _entries() -> Mapping[str, Mapping[str, Any]]:
    return cast("Mapping[str, Mapping[str, Any]]", storages.backends)


def _class_of(entry: Mapping[str, Any]) -> object:
    try:
        return import_string(entry.get("BACKEND", ""))
    except ImportError:
        return None
