"""The key of a row as text that finds the row again, also where it has several columns.

A key of one column is written as ``str`` writes it: every query takes that. What ``str`` makes of a
tuple no query takes, so a key of several columns (Django's ``CompositePrimaryKey``) becomes a JSON
list of what each field writes when Django serialises it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.db import models
from django.db.models import Model

COMPOSITE: Any = getattr(models, "CompositePrimaryKey", ())
"""Before Django 5.2 there is none, and no key is an instance of ``()``."""


def key_parts(model: type[Model]) -> tuple[Any, ...]:
    """The fields of a key of several columns, in its order; empty for a key of one."""
    key: Any = model._meta.pk
    return key.fields if isinstance(key, COMPOSITE) else ()


def writer(model: type[Model]) -> Callable[[Any], str]:
    """What makes text of the keys of *model*: asked for once, because a scan calls it for every row."""
    fields = key_parts(model)
    return partial(_written, fields) if fields else str


def read(model: type[Model], text: str) -> Any:
    """The key that :func:`writer` made *text* of, as a query takes it."""
    fields = key_parts(model)
    if not fields:
        return text
    return tuple(field.to_python(part) for field, part in zip(fields, json.loads(text), strict=True))


def is_readable(model: type[Model], text: str) -> bool:
    """Whether :func:`read` takes *text*; not so what ``str`` made of a tuple, as earlier versions wrote it."""
    return not key_parts(model) or text.startswith("[")


def _written(fields: Sequence[Any], key: Sequence[Any]) -> str:
    row = SimpleNamespace(**{field.attname: value for field, value in zip(fields, key, strict=True)})
    return json.dumps([field.value_to_string(row) for field in fields], ensure_ascii=False)
