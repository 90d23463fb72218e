"""Changing names in rows: compare-and-set, so that a value which somebody else has changed is never lost.

A caller records a :class:`Change` (it carries the old name) before it applies it. ``update()`` is
all that is used: ``save()`` and signals have side effects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import router, transaction
from django.db.models import BinaryField, F, Func, Model, QuerySet, Value
from django.db.models.lookups import Exact

from medialift.references.fields import FileColumn


@dataclass(frozen=True, slots=True)
class Change:
    """One row of ``app_label.Model.field`` is to hold *new* where it holds *old* now."""

    field: str
    pk: str
    old: str
    new: str

    def reversed(self) -> Change:
        """The change that undoes this one."""
        return Change(self.field, self.pk, old=self.new, new=self.old)


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
            changed = _row(column, change, alias).update(**{column.field.name: change.new})
        if changed:
            yield change


def _row(column: FileColumn, change: Change, alias: str) -> QuerySet[Model]:
    rows: QuerySet[Model] = QuerySet(model=column.model, using=alias)
    holds_old = Exact(Utf8(F(column.field.name)), Value(change.old.encode(), BinaryField()))
    return rows.filter(holds_old, pk=change.pk)


def fits(column: FileColumn, name: str) -> bool:
    """Whether the field's ``max_length`` (characters) has room for *name*."""
    limit = column.field.max_length
    return limit is None or len(name) <= limit
