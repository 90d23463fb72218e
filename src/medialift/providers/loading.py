"""Reads a provider's file. Whatever the file says and the code does not know is an error, and so is the reverse."""

from __future__ import annotations

import dataclasses
import enum
import sys
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from medialift.errors import ConfigError
from medialift.providers.provider import Provider

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")
_DATA = resources.files("medialift.providers") / "data"


@cache
def provider_ids() -> tuple[str, ...]:
    """The ids of all providers, sorted."""
    names = (entry.name for entry in _DATA.iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def load_provider(id: str) -> Provider:
    """The provider with this id. Raises :class:`ConfigError` naming the known ones."""
    if id not in provider_ids():
        raise ConfigError(f"unknown provider {id!r}", hint=f"Known providers: {', '.join(provider_ids())}")
    return parse_provider((_DATA / f"{id}.toml").read_text(encoding="utf-8"), where=f"{id}.toml")


def parse_provider(text: str, *, where: str) -> Provider:
    """A provider from TOML. Raises :class:`ConfigError` for unknown, missing or mistyped keys."""
    return _build(Provider, tomllib.loads(text), where)


def _build(kind: type[T], table: Mapping[str, Any], where: str) -> T:
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(table.keys() - fields.keys())
    if unknown:
        raise ConfigError(f"{where}: unknown {', '.join(unknown)}", hint=f"Known: {', '.join(sorted(fields))}")
    missing = sorted(name for name, field in fields.items() if name not in table and _is_required(field))
    if missing:
        raise ConfigError(f"{where}: {', '.join(missing)} is missing")
    hints = _hints(kind)  # type: ignore[arg-type]
    return kind(**{name: _value(hints[name], raw, f"{where}: {name}") for name, raw in table.items()})


@cache
def _hints(kind: type[object]) -> Mapping[str, Any]:
    """The types of its fields: Python reads them anew each time, and most files have the same tables."""
    return get_type_hints(kind)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _value(hint: Any, raw: Any, where: str) -> Any:
    """*raw* from TOML as the type that the field wants."""
    if get_origin(hint) in (Union, UnionType):
        hint = next(option for option in get_args(hint) if option is not type(None))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, _typed(dict, raw, where), where)
    if get_origin(hint) in (tuple, frozenset):
        item = get_args(hint)[0]
        return get_origin(hint)(_value(item, part, where) for part in _typed(list, raw, where))
    if get_origin(hint) is dict:
        item = get_args(hint)[1]
        return {name: _value(item, part, f"{where}.{name}") for name, part in _typed(dict, raw, where).items()}
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return hint(raw)
    return _typed(hint, float(raw) if hint is float and type(raw) is int else raw, where)


def _typed(kind: type[T], raw: Any, where: str) -> T:
    # bool is an int to Python, and not to a reader of the file.
    if not isinstance(raw, kind) or (isinstance(raw, bool) and kind is not bool):
        raise ConfigError(f"{where}: {raw!r} is not of type {kind.__name__}")
    return raw
