from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from medialift.ledger import ChangeLog, changes_of, open_move
from medialift.models import Move
from medialift.references.fields import FileColumn, find_columns
from medialift.references.recorded import make, undo
from medialift.references.renamed_rows import as_before, changes, has_changed_rows, place_of
from medialift.references.scan import scan
from medialift.types import Change, Fate, Reference
from tests.ledger.conftest import HERE, THERE
from tests.references.test_rewrite import stored
from tests.references.test_scan import insert
from tests.servers.databases import every_database
from tests.site import models
from tests.site.storages import identity_of

LOOK_ALIKES = ["a.jpg", "A.jpg", "é.jpg", "e.jpg", "e\u0301.jpg", "a.jpg ", "ß.jpg", "ss.jpg", "🐈.jpg"]


@dataclass
class Site:
    """The rows of one table, and the log of a move that renames their files; both in one database."""

    alias: str
    log: ChangeLog
    columns: tuple[FileColumn, ...]

    def fill(self, *names: str) -> None:
        insert(models.Audited, *({"id": pk, "file": name} for pk, name in enumerate(names, start=1)), using=self.alias)

    def names(self) -> list[str]:
        return stored(models.Audited, "file", self.alias)

    def references(self) -> Iterator[Reference]:
        source = identity_of(self.columns[0].field.storage)
        return scan(self.columns, store_of=identity_of, source=source, using=self.alias, page_size=3)

    def rename(self, prefix: str, *, stop_after: int | None = None) -> None:
        def new_names(rows: Sequence[Reference]) -> list[str]:
            return [prefix + place_of(row) for row in rows]

        found = changes(self.references(), self.log, new_names)
        for number, _ in enumerate(make(found, self.log, self.columns, using=self.alias), start=1):
            if number == stop_after:
                return


@pytest.fixture
def site(alias: str, settings: Any) -> Site:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    log = changes_of(open_move(Move.Kind.MIGRATE, [(HERE, THERE)]))
    return Site(alias, log, find_columns(["Audited"]).columns)


@pytest.mark.parametrize("alias", every_database())
class TestEveryDatabase:
    def test_every_row_follows_once_and_is_read_as_it_was(self, site: Site) -> None:
        site.fill(*LOOK_ALIKES)
        for _ in range(2):
            site.rename("x/")
            assert site.names() == [f"x/{name}" for name in LOOK_ALIKES]
        assert [row.name for row in sorted(as_before(site.references(), site.log), key=pk)] == LOOK_ALIKES
        assert [fate for _, fate in undo(site.log, site.columns, using=site.alias)] == [Fate.UNDONE] * 9
        assert site.names() == LOOK_ALIKES
        assert not has_changed_rows(site.log)

    def test_a_name_that_is_another_ones_old_one_is_told_apart(self, site: Site) -> None:
        chain = ["a", "x/a", "x/x/a"]
        site.fill(*chain)
        site.rename("x/", stop_after=1)
        site.rename("x/")
        assert site.names() == ["x/a", "x/x/a", "x/x/x/a"]
        assert [row.name for row in sorted(as_before(site.references(), site.log), key=pk)] == chain

    def test_what_was_written_down_and_not_made_is_read_as_it_stands(self, site: Site) -> None:
        site.fill("a", "b")
        site.log.intend([Change("site.Audited.file", "1", "a", "x/a"), Change("site.Audited.file", "2", "b", "x/b")])
        models.Audited._base_manager.using(site.alias).filter(pk=2).update(file="x/b")
        assert [row.name for row in sorted(as_before(site.references(), site.log), key=pk)] == ["a", "b"]
        site.rename("x/")
        assert site.names() == ["x/a", "x/b"]

    def test_a_row_that_got_another_file_since_is_itself(self, site: Site) -> None:
        site.fill("a", "b")
        site.rename("x/")
        models.Audited._base_manager.using(site.alias).filter(pk=1).update(file="upload")
        assert [row.name for row in sorted(as_before(site.references(), site.log), key=pk)] == ["upload", "b"]


def pk(reference: Reference) -> int:
    return int(reference.pk)


def test_without_a_change_rows_are_passed_on_as_they_come(db: None) -> None:
    log = changes_of(open_move(Move.Kind.MIGRATE, [(HERE, THERE)]))
    rows = [Reference("b", "f", "2"), Reference("a", "f", "1")]
    assert list(as_before(rows, log)) == rows
    assert list(changes(rows, log, lambda page: [None, "new"])) == [Change("f", "1", "a", "new")]


def test_a_name_is_cleaned_where_it_can_be() -> None:
    assert place_of(Reference("./a//b", "f", "1")) == "a/b"
    assert place_of(Reference("../a", "f", "1")) == "../a"
