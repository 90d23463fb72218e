"""Rows as plain values: pages of a table, and the storage that one row chooses."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from inspect import getattr_static
from typing import Any

from django.core.files.storage import Storage
from django.db.models import FileField, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.fields.files import FieldFile

from medialift.errors import RefusedError
from medialift.references.fields import FileColumn
from medialift.types import StoreIdentity

StoreOf = Callable[[Storage], StoreIdentity]
REMEMBERED = 256
"""How many storages of one field are remembered: a page of rows shares a few, or each makes its own."""


def pages(column: FileColumn, alias: str, size: int, *fields: str) -> Iterator[list[tuple[Any, ...]]]:
    """Pages of (primary key, field, …), ordered and cut by primary key; each page is one query.

    A plain QuerySet is asked: any manager, the base manager too, may hide rows.
    """
    rows: QuerySet[Any, tuple[Any, ...]] = (
        QuerySet(model=column.model, using=alias).order_by("pk").values_list("pk", *fields)
    )
    page = list(rows[:size])
    while page:
        yield page
        if len(page) < size:
            return
        page = list(rows.filter(pk__gt=page[-1][0])[:size])


def rows_choose_storage(field: FileField) -> bool:
    """Whether the field's FieldFile decides on its storage itself; Django's own takes the field's."""
    kind = field.attr_class
    return kind.__init__ is not FieldFile.__init__ or getattr_static(kind, "storage", None) is not None


def named_rows(column: FileColumn, alias: str, size: int) -> Iterator[list[tuple[Any, str, Storage | None]]]:
    """Pages of (primary key, name, storage of this very row); the storage of an empty row is ``None``."""
    attributes = [field.attname for field in column.model._meta.concrete_fields]
    at = attributes.index(column.field.attname)
    for page in pages(column, alias, size, *attributes):
        yield [(pk, values[at], _storage(column, alias, pk, attributes, values)) for pk, *values in page]


def _storage(column: FileColumn, alias: str, pk: Any, attributes: list[str], values: list[Any]) -> Storage | None:
    name = values[attributes.index(column.field.attname)]
    if not name:
        return None
    instance = _bare_instance(column.model, alias, dict(zip(attributes, values, strict=True)))
    try:
        return column.field.attr_class(instance, column.field, name).storage
    except Exception as error:
        raise RefusedError(f"the row {pk} of {column.label} does not tell its storage: {error!r}") from error


def _bare_instance(model: type[Model], alias: str, values: dict[str, Any]) -> Model:
    """An instance that was never initialised: no signal, no ``from_db``, and no ImageField that opens its file."""
    instance = model.__new__(model)
    instance.__dict__.update(values)
    instance._state = ModelState()
    instance._state.db, instance._state.adding = alias, False
    return instance


class Identities:
    """Asks once for each storage that rows share; holds at most :data:`REMEMBERED` of them."""

    def __init__(self, store_of: StoreOf) -> None:
        self._store_of = store_of
        self._known: OrderedDict[int, tuple[Storage, StoreIdentity]] = OrderedDict()

    def of(self, storage: Storage) -> StoreIdentity:
        # Storages need not be hashable. The storage is kept beside its id, so that the id stays its own.
        known = self._known.get(id(storage))
        if known is None:
            known = self._known[id(storage)] = (storage, self._store_of(storage))
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return known[1]
