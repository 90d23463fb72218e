"""Rows whose key has several columns are found again by what a scan has written of it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import django
import pytest
from django.db.models import Model, QuerySet

from medialift.ledger import ChangeLog, changes_of, open_move
from medialift.models import Move
from medialift.references.fields import FileColumn, find_columns
from medialift.references.recorded import make, undo
from medialift.references.renamed_rows import as_before, changes
from medialift.references.row_keys import is_readable, read, writer
from medialift.references.scan import scan
from medialift.types import Change, Fate, Reference
from tests.ledger.conftest import HERE, THERE
from tests.references.test_rewrite import stored
from tests.references.test_scan import insert
from tests.servers.databases import every_database
from tests.site import models
from tests.site.storages import identity_of

FIELD = "site.Leaf.file"
BOOKS = ["a", 'quote" , comma', "é 🐈", "[1]"]
NUMBERS = [uuid.UUID(int=number) for number in range(1, 5)]
SEEN = datetime(2024, 2, 29, 23, 59, 58, 123456, tzinfo=timezone.utc)

has_composite_keys = pytest.mark.skipif(django.VERSION < (5, 2), reason="Django has such keys since 5.2")


class Leaves:
    """Rows of one table, in the order of their numbers, and the log of a move that renames their files."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self.log: ChangeLog = changes_of(open_move(Move.Kind.MIGRATE, [(HERE, THERE)]))
        self.columns: tuple[FileColumn, ...] = find_columns(["Leaf"]).columns
        rows = [{"book": book, "number": number, "seen": SEEN} for book, number in zip(BOOKS, NUMBERS, strict=True)]
        insert(models.Leaf, *({**row, "file": f"{at}.jpg"} for at, row in enumerate(rows)), using=alias)

    def names(self) -> list[str]:
        rows: QuerySet[Model] = QuerySet(model=models.Leaf, using=self.alias)
        return list(rows.order_by("number").values_list("file", flat=True))

    def references(self) -> Iterator[Reference]:
        source = identity_of(self.columns[0].field.storage)
        return scan(self.columns, store_of=identity_of, source=source, using=self.alias, page_size=3)

    def rename(self) -> list[Fate]:
        wanted = changes(self.references(), self.log, lambda rows: [f"x/{row.name}" for row in rows])
        return [fate for _, fate in make(wanted, self.log, self.columns, using=self.alias)]

    def undo(self) -> list[Fate]:
        return [fate for _, fate in undo(self.log, self.columns, using=self.alias)]

    def intend_as_before(self) -> None:
        """Write down what an earlier version had written down when it stopped."""
        keys = [str((book, number, SEEN)) for book, number in zip(BOOKS, NUMBERS, strict=True)]
        self.log.intend([Change(FIELD, key, f"{at}.jpg", f"x/{at}.jpg") for at, key in enumerate(keys)])


OLD, NEW = [f"{at}.jpg" for at in range(4)], [f"x/{at}.jpg" for at in range(4)]


@pytest.fixture
def leaves(alias: str, settings: Any) -> Leaves:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    return Leaves(alias)


@has_composite_keys
@pytest.mark.parametrize("alias", every_database())
class TestSeveralColumns:
    def test_rows_follow_once_are_read_as_they_were_and_get_their_names_back(self, leaves: Leaves) -> None:
        assert leaves.rename() == [Fate.MADE] * 4
        assert leaves.names() == NEW
        assert leaves.rename() == []
        assert sorted(row.name for row in as_before(leaves.references(), leaves.log)) == OLD
        assert leaves.undo() == [Fate.UNDONE] * 4
        assert leaves.names() == OLD

    def test_a_row_of_another_key_or_with_another_name_stays(self, leaves: Leaves) -> None:
        first, *_ = sorted(leaves.references())
        other = first._replace(pk=first.pk.replace("58.123456", "58.123457"))
        wanted = [Change(FIELD, other.pk, "0.jpg", "wrong"), Change(FIELD, first.pk, "1.jpg", "wrong")]
        assert [fate for _, fate in make(wanted, leaves.log, leaves.columns, using=leaves.alias)] == [
            Fate.OVERTAKEN
        ] * 2
        assert leaves.names() == OLD

    def test_what_an_earlier_version_wrote_down_and_could_not_make_is_made_once(self, leaves: Leaves) -> None:
        leaves.intend_as_before()
        assert sorted(row.name for row in as_before(leaves.references(), leaves.log)) == OLD
        assert leaves.rename() == [*[Fate.UNDONE] * 4, *[Fate.MADE] * 4]
        assert leaves.rename() == []
        assert leaves.names() == NEW
        assert sorted(row.name for row in as_before(leaves.references(), leaves.log)) == OLD
        assert leaves.undo() == [Fate.UNDONE] * 4
        assert leaves.names() == OLD

    def test_what_an_earlier_version_wrote_down_is_undone(self, leaves: Leaves) -> None:
        leaves.intend_as_before()
        assert leaves.undo() == [Fate.UNDONE] * 4
        assert leaves.names() == OLD


@has_composite_keys
def test_a_key_of_several_columns_is_a_list_that_a_person_can_read() -> None:
    text = writer(models.Leaf)(("é", NUMBERS[0], SEEN))
    assert json.loads(text) == ["é", str(NUMBERS[0]), "2024-02-29T23:59:58.123456+00:00"]
    assert "é" in text


@pytest.mark.django_db
def test_a_key_of_one_column_is_written_as_ever_whatever_it_looks_like() -> None:
    insert(models.Page, {"slug": '["a"]', "file": "1"}, {"slug": "('a', 1)", "file": "2"})
    for slug, name in (('["a"]', "1"), ("('a', 1)", "2")):
        assert writer(models.Page)(slug) == slug
        assert is_readable(models.Page, slug)
        assert [row.file.name for row in models.Page.objects.filter(pk=read(models.Page, slug))] == [name]
    assert stored(models.Page, "file", "default") == ["2", "1"]
    assert writer(models.Upload)(NUMBERS[0]) == str(NUMBERS[0])
