"""Which fields of which models hold names of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from django.apps import apps
from django.db.models import FileField, Model

from medialift.errors import RefusedError


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One ``FileField`` of the concrete model that owns its column."""

    model: type[Model]
    field: FileField

    @property
    def label(self) -> str:
        """``app_label.Model.field``, the ``field`` of every :class:`~medialift.types.Reference`."""
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def place(self) -> tuple[str, str]:
        """Table and column."""
        return self.model._meta.db_table, str(self.field.column)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a person should know about one model (``app_label.Model``)."""

    model: str
    text: str


@dataclass(frozen=True, slots=True)
class FoundColumns:
    """Every column to read, each once, and what is peculiar about some of their models."""

    columns: tuple[FileColumn, ...]
    remarks: tuple[Remark, ...] = ()


def find_columns(selection: Sequence[str] = ()) -> FoundColumns:
    """The file fields of every installed model, or of the models in *selection*.

    Fields of an abstract base belong to each model that inherits them, those of a multi-table
    parent to the parent alone; proxies add nothing. A selected child or proxy includes what it
    inherits. A selected model is ``app_label.Model``, or ``Model`` where that is unique, in any case.

    Raises :class:`~medialift.errors.RefusedError` if a selected model is unknown, ambiguous or has
    no file field.
    """
    models = _models_with_files()
    chosen = [_resolve(text, models) for text in selection] or models
    columns = {column.label: column for model in chosen for column in _columns_of(model)}
    return _without_doubles(list(columns.values()), list(_swapped(chosen)))


def _models_with_files() -> list[type[Model]]:
    return [model for model in apps.get_models(include_auto_created=True, include_swapped=True) if _file_fields(model)]


def _file_fields(model: type[Model]) -> list[FileField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, FileField)]


def _columns_of(model: type[Model]) -> Iterator[FileColumn]:
    if model._meta.swapped:
        return
    for field in _file_fields(model):
        yield FileColumn(field.model, field)


def _swapped(models: Iterable[type[Model]]) -> Iterator[Remark]:
    for model in models:
        if model._meta.swapped:
            yield Remark(model._meta.label, f"swapped for {model._meta.swapped}: it has no table and is not read")


def _without_doubles(columns: list[FileColumn], remarks: list[Remark]) -> FoundColumns:
    """Leave out unmanaged models that show a column which another model already has."""
    kept: dict[tuple[str, str], FileColumn] = {}
    for column in sorted(columns, key=lambda column: not column.model._meta.managed):
        first = kept.setdefault(column.place, column)
        if first is not column:
            remarks.append(Remark(column.model._meta.label, f"shows the table of {first.model._meta.label}: read once"))
        elif not column.model._meta.managed:
            remarks.append(Remark(column.model._meta.label, "unmanaged: its table is read if it is there"))
    return FoundColumns(
        tuple(column for column in columns if kept[column.place] is column), tuple(dict.fromkeys(remarks))
    )


# ── a model as a person types it ─────────────────────────────────────────────────────────────


def _resolve(text: str, models: Sequence[type[Model]]) -> type[Model]:
    found = [model for model in models if text.lower() in (model._meta.label_lower, model._meta.model_name)]
    if len(found) == 1:
        return found[0]
    if found:
        labels = ", ".join(sorted(model._meta.label for model in found))
        raise RefusedError(f"{text!r} names several models", hint=f"choose one of: {labels}")
    raise _unknown(text, models)


def _unknown(text: str, models: Sequence[type[Model]]) -> RefusedError:
    if any(text.lower() in (model._meta.label_lower, model._meta.model_name) for model in apps.get_models()):
        return RefusedError(f"the model {text!r} has no file field", hint=_listing(models))
    return RefusedError(f"there is no model {text!r}", hint=_near(text, models) or _listing(models))


def _listing(models: Sequence[type[Model]]) -> str:
    labels = ", ".join(sorted(model._meta.label for model in models)) or "none"
    return f"models with file fields: {labels}"


def _near(text: str, models: Sequence[type[Model]]) -> str:
    known = {name.lower(): model._meta.label for model in models for name in (model._meta.label, model.__name__)}
    near = dict.fromkeys(known[name] for name in get_close_matches(text.lower(), known, n=5))
    return f"did you mean {' or '.join(near)}?" if near else ""
