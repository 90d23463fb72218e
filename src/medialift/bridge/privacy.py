"""Private files, and the storages where they lie or are to lie."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import Storage, storages

from medialift.bridge.access import access_of
from medialift.bridge.aliases import alias_of
from medialift.bridge.recognise import identity_of
from medialift.conf.private import SETTING, Private
from medialift.doctor.finding import Rule
from medialift.errors import ConfigError, RefusedError
from medialift.references.fields import FileColumn, find_columns
from medialift.storage.routes import behind, routed_storage, routes_of

PRIVATE_IN_PUBLIC = Rule(
    "medialift.W060",
    "{subject} is private, and {place}, where its files are to lie, is public: everybody could read them.",
    'Route it to a private entry: "routes": {{"{subject}": ALIAS}}. A move that shall do it all the same: '
    "--allow-public {subject}",
)


def exposed(private: Private) -> Iterator[tuple[str, str]]:
    """Each private field or prefix whose files lie in a public storage, and that storage. No request.

    Raises :class:`~medialift.errors.ConfigError` for a field that is not there.
    """
    for label in private.fields:
        column = _column(label)
        yield from _public(label, _places_of(column))
    for prefix in private.prefixes:
        yield from _public(prefix, _places_below(storages["default"], prefix))


def _public(subject: str, places: Iterator[Storage]) -> Iterator[tuple[str, str]]:
    for storage in places:
        if access_of(storage) == "public":
            identity = identity_of(storage)
            alias = alias_of(identity)
            yield subject, f"STORAGES[{alias!r}]" if alias else str(identity)


def _places_of(column: FileColumn) -> Iterator[Storage]:
    field = column.field
    folder = field.upload_to if isinstance(field.upload_to, str) else ""
    yield behind(field.storage, f"{folder.strip('/')}/-" if folder else "-")


def _places_below(storage: Storage, prefix: str) -> Iterator[Storage]:
    yield behind(storage, f"{prefix}-")
    for below, alias in routes_of(storage).prefixes:
        if below.startswith(prefix) and below != prefix:
            yield routed_storage(alias)


def _column(label: str) -> FileColumn:
    try:
        columns = find_columns([label.rpartition(".")[0]]).columns
    except RefusedError as error:
        raise ConfigError(f"{SETTING} names {label!r}: {error.reason}", hint=error.hint) from error
    found = next((column for column in columns if column.label.lower() == label.lower()), None)
    if found is None:
        hint = f"Its file fields: {', '.join(column.label for column in columns)}."
        raise ConfigError(f"{SETTING} names {label!r}: the model has no such file field", hint=hint)
    return found
