from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from medialift.errors import RefusedError
from medialift.ledger import ChangeLog, changes_of, open_move
from medialift.models import Move
from medialift.references import recorded
from medialift.references.fields import FileColumn, find_columns
from medialift.references.recorded import make, undo
from medialift.types import Change, Fate
from tests.ledger.conftest import HERE, THERE
from tests.references.test_rewrite import stored
from tests.references.test_scan import insert
from tests.servers.databases import every_database
from tests.site import models
from tests.survival.site import ROOT

FIELD = "site.Audited.file"


class KilledError(BaseException):
    """Stands for kill -9: nothing after it runs, and the open connections are gone."""


@dataclass
class Rows:
    """The rows of one table, and the log of a move that changes them; both in one database."""

    alias: str
    log: ChangeLog
    columns: tuple[FileColumn, ...]

    def fill(self, *names: str) -> None:
        insert(models.Audited, *({"id": pk, "file": name} for pk, name in enumerate(names, start=1)), using=self.alias)

    def names(self) -> list[str]:
        return stored(models.Audited, "file", self.alias)

    def set(self, pk: int, name: str) -> None:
        models.Audited._base_manager.using(self.alias).filter(pk=pk).update(file=name)

    def make(self, *changes: Change) -> dict[str, Fate]:
        return {change.pk: fate for change, fate in make(changes, self.log, self.columns, using=self.alias)}

    def undo(self) -> dict[str, Fate]:
        return {change.pk: fate for change, fate in undo(self.log, self.columns, using=self.alias)}


@pytest.fixture
def rows(alias: str, settings: Any) -> Rows:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    log = changes_of(open_move(Move.Kind.MIGRATE, [(HERE, THERE)]))
    return Rows(alias, log, find_columns(["Audited"]).columns)


def change(pk: int, old: str, new: str) -> Change:
    return Change(FIELD, str(pk), old, new)


@pytest.mark.parametrize("alias", every_database())
class TestEveryDatabase:
    def test_changes_are_made_and_undone(self, rows: Rows) -> None:
        rows.fill("a", "é", "c")
        assert rows.make(change(1, "a", "new/a"), change(2, "é", "new/é")) == {"1": Fate.MADE, "2": Fate.MADE}
        assert rows.names() == ["new/a", "new/é", "c"]
        assert rows.undo() == {"1": Fate.UNDONE, "2": Fate.UNDONE}
        assert rows.names() == ["a", "é", "c"]
        assert rows.undo() == {}
        assert rows.log.tallies() == {Fate.UNDONE: 2}

    def test_what_somebody_changed_meanwhile_is_left_alone_both_ways(self, rows: Rows) -> None:
        rows.fill("a", "theirs")
        assert rows.make(change(1, "a", "A"), change(2, "b", "B")) == {"1": Fate.MADE, "2": Fate.OVERTAKEN}
        rows.set(1, "upload")
        assert rows.undo() == {"1": Fate.KEPT}
        assert rows.names() == ["upload", "theirs"]

    def test_a_chain_of_changes_is_undone_backwards(self, rows: Rows) -> None:
        rows.fill("a")
        rows.make(change(1, "a", "b"))
        rows.make(change(1, "b", "c"))
        rows.make(change(1, "c", "a"))
        rows.make(change(1, "a", "d"))
        rows.undo()
        assert rows.names() == ["a"]
        assert rows.log.tallies() == {Fate.UNDONE: 4}

    def test_nothing_is_changed_before_it_is_written_down(self, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
        rows.fill("a", "b")
        seen: list[tuple[list[str], int]] = []
        intend = rows.log.intend

        def watched(changes: Any) -> None:
            seen.append((rows.names(), len(changes)))
            intend(changes)

        monkeypatch.setattr(ChangeLog, "intend", staticmethod(watched))
        monkeypatch.setattr(recorded, "PAGE", 1)
        rows.make(change(1, "a", "A"), change(2, "b", "B"))
        assert seen == [(["a", "b"], 1), (["A", "b"], 1)]


@contextmanager
def killed_at(step: str, nth: int, after: bool) -> Iterator[None]:
    """Whoever takes *step* for the nth time dies: before it has done anything, or right after."""
    place: Any = recorded if step == "rewrite" else ChangeLog
    real, calls = getattr(place, step), count(1)

    def dying(*arguments: Any, **options: Any) -> Any:
        if next(calls) < nth:
            return real(*arguments, **options)
        if after:
            list(real(*arguments, **options) or ())
        connections.close_all()
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, step, dying)
        with pytest.raises(KilledError):
            yield


MOMENTS = [(nth, after) for nth in (1, 2) for after in (False, True)]


@pytest.mark.parametrize("alias", every_database(transaction=True))
class TestKilled:
    """Each test goes through all moments at once: emptying a database after every one takes a second."""

    WANTED = (change(1, "a", "A"), change(2, "b", "B"), change(3, "c", "C"))

    @pytest.fixture(autouse=True)
    def _small_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(recorded, "PAGE", 2)
        monkeypatch.setattr("medialift.ledger.changes.PAGE", 2)

    @pytest.mark.parametrize("step", ["intend", "rewrite", "settle"])
    def test_while_rows_are_changed(self, rows: Rows, step: str) -> None:
        rows.fill("a", "b", "c")
        for moment in MOMENTS:
            with killed_at(step, *moment):
                rows.make(*self.WANTED)
            left = [one for one, name in zip(self.WANTED, rows.names(), strict=True) if name == one.old]
            rows.make(*left)
            assert rows.names() == ["A", "B", "C"], moment
            rows.undo()
            assert rows.names() == ["a", "b", "c"], moment

    @pytest.mark.parametrize("step", ["intend", "rewrite", "settle"])
    def test_while_rows_are_changed_and_then_undone_at_once(self, rows: Rows, step: str) -> None:
        rows.fill("a", "b", "c")
        for moment in MOMENTS:
            with killed_at(step, *moment):
                rows.make(*self.WANTED)
            rows.undo()
            assert rows.names() == ["a", "b", "c"], moment

    @pytest.mark.parametrize("step", ["rewrite", "settle"])
    def test_while_rows_are_changed_back(self, rows: Rows, step: str) -> None:
        rows.fill("a", "b", "c")
        for moment in MOMENTS:
            rows.make(*self.WANTED)
            with killed_at(step, *moment):
                rows.undo()
            rows.undo()
            assert rows.names() == ["a", "b", "c"], moment
        assert rows.log.tallies().keys() == {Fate.UNDONE}


@pytest.mark.django_db
def test_a_field_that_is_gone_is_refused_before_anything_is_changed(settings: Any) -> None:
    log = changes_of(open_move(Move.Kind.MIGRATE, [(HERE, THERE)]))
    rows = Rows("default", log, find_columns(["Audited"]).columns)
    rows.fill("a")
    rows.make(change(1, "a", "A"))
    log.intend([Change("shop.Gone.file", "1", "a", "b")])
    with pytest.raises(RefusedError, match=r"shop\.Gone\.file"):
        rows.undo()
    with pytest.raises(RefusedError, match=r"shop\.Gone\.file"):
        rows.make(change(1, "A", "B"))
    assert rows.names() == ["A"]


KILLED_WHILE_CHANGING = """
import os, signal, sys, django
django.setup()
from medialift import ledger
from medialift.references import recorded
from medialift.references.fields import find_columns
from medialift.types import Change
from tests.cli.scrapbook.models import Sticker

move = ledger.moves()[0] if ledger.moves() else None
if move is None:
    from tests.ledger.conftest import HERE, THERE
    move = ledger.open_move("migrate", [(HERE, THERE)])
log, columns = ledger.changes_of(move), find_columns(["Sticker"]).columns
recorded.PAGE = 7
if sys.argv[1] == "undo":
    list(recorded.undo(log, columns))
else:
    names = Sticker.objects.values_list("pk", "image")
    wanted = [Change("scrapbook.Sticker.image", str(pk), name, "new/" + name) for pk, name in names if "/" not in name]
    for number, _ in enumerate(recorded.make(wanted, log, columns), start=1):
        if number == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
"""


class TestReallyKilled:
    """The same with processes that are gone for good, on a database file."""

    def test_rows_are_as_they_were_once_everything_is_undone(self, tmp_path: Path) -> None:
        environ = {**os.environ, "SITE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.cli.project"}
        manage = [sys.executable, "manage.py", "migrate", "--run-syncdb", "--verbosity", "0"]
        subprocess.run(manage, env=environ, cwd=ROOT, check=True)
        names = [(f"{number:03}.png",) for number in range(40)]
        self._sql(tmp_path, "INSERT INTO scrapbook_sticker (image) VALUES (?)", *names)

        def work(*words: str) -> int:
            command = [sys.executable, "-c", KILLED_WHILE_CHANGING, *words]
            return subprocess.run(command, env=environ, cwd=ROOT, check=False).returncode

        for moment in (1, 6, 9):
            assert work("make", str(moment)) == -signal.SIGKILL
        assert len(self._sql(tmp_path, "SELECT image FROM scrapbook_sticker WHERE image LIKE 'new/%'")) >= 9
        assert work("make", "0") == 0
        assert len(self._sql(tmp_path, "SELECT image FROM scrapbook_sticker WHERE image LIKE 'new/%'")) == len(names)
        assert work("undo") == 0
        assert self._sql(tmp_path, "SELECT image FROM scrapbook_sticker ORDER BY id") == names

    def _sql(self, home: Path, statement: str, *rows: tuple[str, ...]) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(home / "db.sqlite3")) as connection, connection:
            if rows:
                connection.executemany(statement, rows)
                return []
            return connection.execute(statement).fetchall()
