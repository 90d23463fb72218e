"""Changing names in rows: compare-and-set, so that a value which somebody else has changed is never lost.

A caller records a :class:`~medialift.types.Change` (it carries the old name) before it applies it, as
:mod:`medialift.references.recorded` does. ``update()`` is all that is used: ``save()`` and signals
have side effects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import router, transaction
from django.db.models import BinaryField, F, Func, Model, QuerySet, Value
from django.db.models.lookups import Exact

from medialift.references import row_keys
from medialift.references.fields import FileColumn
from medialift.types import Change


class Utf8(Func):
    """The UTF-8 bytes of a text, so that no collation has a say in whether two texts are equal.

    MariaDB's default collations take ``A`` for ``a``, ``é`` for ``e`` and ignore trailing spaces;
    the others have such collations for those who ask (``NOCASE``, ``citext``, ICU).
    """

    arity = 1
    output_field = BinaryField()
    template = "CAST(%(expressions)s AS BLOB)"

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(CONVERT(%(expressions)s USING utf8mb4) AS BINARY)")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CONVERT_TO(%(expressions)s::text, 'UTF8')")


def rewrite(column: FileColumn, changes: Iterable[Change], *, using: str | None = None) -> Iterator[Change]:
    """Apply *changes* one by one and yield each that took effect, as the iterator is consumed.

    A row that does not hold the change's old name, byte for byte, keeps what it has; its change is
    not yielded. Applying a change twice is harmless. The rows are written in the database *using*,
    or in the one that the routers name for writing.
    """
    alias = using or router.db_for_write(column.model)
    for change in changes:
        with transaction.atomic(using=alias):
            changed = _row(column, change.pk, change.old, alias).update(**{column.field.name: change.new})
        if changed:
            yield change


def holds(column: FileColumn, pk: str, name: str, *, using: str | None = None) -> bool:
    """Whether the row holds *name*, byte for byte, in the database that is written."""
    alias = using or router.db_for_write(column.model)
    return _row(column, pk, name, alias).exists()


def _row(column: FileColumn, pk: str, name: str, alias: str) -> QuerySet[Model]:
    rows: QuerySet[Model] = QuerySet(model=column.model, using=alias)
    same = Exact(Utf8(F(column.field.name)), Value(name.encode(), BinaryField()))
    return rows.filter(same, pk=row_keys.read(column.model, pk))


def fits(column: FileColumn, name: str) -> bool:
    """Whether the field's ``max_length`` (characters) has room for *name*."""
    limit = column.field.max_length
    return limit is None or len(name) <= limit
