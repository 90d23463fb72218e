"""Fields whose files lie in another entry of ``STORAGES`` than their code says, because a route names them.

The routes of the entry ``default`` are in force: it is the storage that fields have without saying
so. Their ``storage`` is replaced while the site starts. Migrations keep what the code says, so that
``makemigrations`` sees no change.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, Storage, storages
from django.db.models import FileField
from django.utils.functional import LazyObject
from django.utils.module_loading import import_string

from medialift.conf.routes import NO_ROUTES, Routes
from medialift.errors import ConfigError, RefusedError
from medialift.references.fields import find_columns
from medialift.storage import MediaStorage
from medialift.storage.routes import routed_storage, routes_of

if TYPE_CHECKING:
    AnyLazyObject = LazyObject[Storage]
else:
    AnyLazyObject = LazyObject  # generic only to type checkers

IN_FORCE = "default"
NOT_SAID = object()

_replaced: weakref.WeakKeyDictionary[Any, tuple[Any, Any]] = weakref.WeakKeyDictionary()
"""What the code said of each replaced field: its storage, and the callable that chose it (or :data:`NOT_SAID`)."""


class RoutedStorage(AnyLazyObject):
    """The storage of an alias, opened when first used, as Django's own ``default_storage`` is."""

    def __init__(self, alias: str) -> None:
        super().__init__()
        self.__dict__["_routed_to"] = alias

    def _setup(self) -> None:
        self._wrapped = routed_storage(self.__dict__["_routed_to"])


def routes_in_force() -> Routes:
    """Those of ``default``; none of an entry that is no MediaStorage, or cannot be used.

    Storages of others are not made for this: they may do work, or fail, when a site starts.
    """
    try:
        entries = cast("Mapping[str, Mapping[str, Any]]", storages.backends)
        kind = import_string(str(entries.get(IN_FORCE, {}).get("BACKEND", "")))
        is_ours = isinstance(kind, type) and issubclass(kind, MediaStorage)
        return routes_of(storages[IN_FORCE]) if is_ours else NO_ROUTES
    except (ConfigError, InvalidStorageError, ImproperlyConfigured, ImportError):
        return NO_ROUTES  # whoever uses the entry gets to hear why it cannot be used


def route_fields() -> None:
    """Give every routed field its storage, and every other one what its code says.

    Raises :class:`~medialift.errors.ConfigError` for a route of a field that is not there: its files
    would go where nobody expects them.
    """
    for field, (storage, chosen) in list(_replaced.items()):
        _restore(field, storage, chosen)
    _replaced.clear()
    for field, alias in routed_fields(routes_in_force()):
        _replaced[field] = (field.storage, getattr(field, "_storage_callable", NOT_SAID))
        # What a migration writes: FileField.deconstruct() asks for the callable first (Django 4.2-6.1).
        field._storage_callable = getattr(field, "_storage_callable", field.storage)  # type: ignore[attr-defined]
        field.storage = RoutedStorage(alias)  # type: ignore[assignment]


def routed_fields(routes: Routes) -> Iterator[tuple[FileField, str]]:
    """Each field that *routes* name, with its alias. Raises :class:`~medialift.errors.ConfigError`."""
    for label, alias in routes.fields:
        yield _field(label), alias


def storage_said(field: FileField) -> Storage:
    """The storage of a field as its code says it, whatever a route has made of it."""
    known = _replaced.get(field)
    return field.storage if known is None else known[0]


def forget(*, setting: str, **kwargs: Any) -> None:
    """Settings change in tests: look at the routes again."""
    if setting == "STORAGES":
        from django.test.signals import storages_changed  # whose own turn may come after this one

        storages_changed(setting=setting)
        route_fields()


def _restore(field: Any, storage: Any, chosen: Any) -> None:
    field.storage = storage
    if chosen is NOT_SAID:
        del field._storage_callable
    else:
        field._storage_callable = chosen


def _field(label: str) -> FileField:
    try:
        columns = find_columns([label.rpartition(".")[0]]).columns
    except RefusedError as error:
        raise ConfigError(f"the route of {label!r} leads nowhere: {error.reason}", hint=error.hint) from error
    for column in columns:
        if column.label.lower() == label.lower():
            return column.field
    raise _unknown(label, [column.label for column in columns])


def _unknown(label: str, known: list[str]) -> ConfigError:
    inherited = [other for other in known if other.rpartition(".")[2] == label.rpartition(".")[2]]
    near = inherited or get_close_matches(label, known, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Its file fields: {', '.join(known)}."
    return ConfigError(f"the route of {label!r} leads nowhere: the model has no such file field", hint=hint)
