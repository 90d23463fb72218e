"""How :class:`~medialift.storage.MediaStorage` hands files over to the storages that its routes name."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.files.storage import InvalidStorageError, Storage, storages
from django.utils.functional import LazyObject, empty

from medialift.conf.resolve import MediaOptions
from medialift.conf.routes import NO_ROUTES, Routes
from medialift.errors import ConfigError, InvalidKeyError
from medialift.keys import clean_name

Method = TypeVar("Method", bound=Callable[..., Any])
Listing = tuple[list[str], list[str]]


def routed(method: Method) -> Method:
    """Let the storage do it in which the routes say that the named file lies."""

    @wraps(method)
    def handed_over(self: Any, name: Any, *args: Any, **kwargs: Any) -> Any:
        elsewhere = destination(self.options.routes, str(name or ""))
        if elsewhere is None:
            return method(self, name, *args, **kwargs)
        return getattr(elsewhere, method.__name__.lstrip("_"))(name, *args, **kwargs)

    return handed_over  # type: ignore[return-value]


def destination(routes: Routes, name: str) -> Storage | None:
    """The storage of a file of this name, if a prefix leads elsewhere; no request.

    Raises :class:`~medialift.errors.ConfigError` for a route that leads nowhere.
    """
    if not routes.prefixes:
        return None
    try:
        alias = routes.of_name(clean_name(name.lstrip("/\\")))
    except InvalidKeyError:
        return None  # refused by whoever is asked
    return routed_storage(alias) if alias else None


def routed_storage(alias: str) -> Storage:
    """The entry of ``STORAGES`` that a route names. Raises :class:`~medialift.errors.ConfigError`.

    It may have no routes of its own: two could lead to each other.
    """
    try:
        storage = storages[alias]
    except InvalidStorageError as error:
        known = ", ".join(name for name in storages.backends if name != "staticfiles")
        raise ConfigError(
            f"a route leads to STORAGES[{alias!r}], which cannot be used: {error}",
            hint=f"Add the entry, or name one of these: {known}.",
        ) from error
    if routes_of(storage):
        raise ConfigError(
            f"a route leads to STORAGES[{alias!r}], which has routes of its own",
            hint="Name the entry that the files shall lie in.",
        )
    return storage


def routes_of(storage: Storage) -> Routes:
    """The routes of a storage that has any. Raises :class:`~medialift.errors.ConfigError`."""
    options = getattr(unwrapped(storage), "options", None)
    return options.routes if isinstance(options, MediaOptions) else NO_ROUTES


def behind(storage: Storage, name: str) -> Storage:
    """The storage that a file of this name lies in: *storage* itself, or the one that its routes name."""
    return destination(routes_of(storage), name) or storage


def unwrapped(storage: Storage) -> Storage:
    """The storage inside Django's lazy ones."""
    found: Any = storage
    while isinstance(found, LazyObject):
        if found._wrapped is empty:
            found._setup()
        found = found._wrapped
    return cast(Storage, found)


def merged_listing(routes: Routes, path: str, own: Callable[[str], Listing]) -> Listing:
    """Folders and files of *path*, wherever its routes let them lie.

    What the storage itself has below a routed prefix is out of reach, and not listed.
    """
    folder = posixpath.normpath(path) if path else ""
    start = "" if folder in ("", ".") else f"{folder}/"
    elsewhere = destination(routes, f"{start}-") if start else None
    if elsewhere is not None:
        folders, files = elsewhere.listdir(path)
    else:
        folders, files = own(path)
    found = dict.fromkeys(folders)
    for prefix, alias in reversed(routes.prefixes):  # the longest has the last word on a folder
        if not prefix.startswith(start) or prefix == start:
            continue
        first, _, deeper = prefix[len(start) :].partition("/")
        if not deeper:
            found.pop(first, None)
        if any(routed_storage(alias).listdir(prefix[:-1])):
            found[first] = None
    return list(found), files
