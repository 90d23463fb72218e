from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import DataError, connections, transaction
from django.test.utils import CaptureQueriesContext

from medialift.errors import LedgerError
from medialift.ledger import DatabaseJournal, journal_of, open_move
from medialift.ledger.table import all_items
from medialift.models import Move
from medialift.move.glance import glances
from medialift.move.journal import Tally
from medialift.types import Action, State, StoreIdentity
from tests.ledger.conftest import HERE, new_journal
from tests.move.journal_contract import JournalContract, copied, item, not_verified, sent_again, step, verified
from tests.servers.databases import every_database


@pytest.fixture
def journal(alias: str, db: None, settings: Any) -> DatabaseJournal:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    return new_journal()


@pytest.mark.parametrize("alias", every_database())
class TestDatabaseJournal(JournalContract):
    def test_another_process_reads_the_same(self, journal: DatabaseJournal) -> None:
        journal.plan([step(of=item(app__M__f=2, app__N__g=1))])
        assert list(new_journal().todo()) == list(journal.todo())

    def test_its_mark_is_that_of_every_run_and_of_no_other_move(self, journal: DatabaseJournal) -> None:
        elsewhere = StoreIdentity("s3", "another")
        assert new_journal().mark == journal.mark
        assert journal_of(open_move(Move.Kind.MIGRATE, [(HERE, elsewhere)]), HERE, elsewhere).mark != journal.mark
        assert journal.pair.move.public_id not in journal.mark

    def test_pairs_of_stores_do_not_mix(self, journal: DatabaseJournal) -> None:
        elsewhere = StoreIdentity("s3", "another")
        move = open_move(Move.Kind.MIGRATE, [(HERE, elsewhere)])
        journal.plan([step()])
        assert list(journal_of(move, HERE, elsewhere).recorded()) == []

    def test_a_field_that_was_learnt_in_a_failed_transaction_is_learnt_again(
        self, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*arguments: Any) -> None:
            raise DataError("no")

        with monkeypatch.context() as patch, transaction.atomic(using=journal.pair._state.db):
            patch.setattr("medialift.ledger.journal.upsert", fails)
            with pytest.raises(LedgerError):
                journal.plan([step(of=item(app__M__f=1))])
        journal.plan([step(of=item(app__M__f=1))])
        (found,) = new_journal().recorded()
        assert dict(found.item.rows) == {"app.M.f": 1}

    def test_a_done_step_without_news_is_neither_read_nor_written(self, alias: str, journal: DatabaseJournal) -> None:
        same, other = item("same", app__M__f=1), item("other", app__M__f=1)
        journal.plan([step(of=same), step(of=other)])
        journal.record([copied(same), copied(other)])
        known = journal.evidence_for(["same", "other"])
        with CaptureQueriesContext(connections[alias]) as captured:
            journal.plan([step(Action.DONE, same, known["same"])])
        assert "medialift_item" not in " ".join(query["sql"] for query in captured)
        journal.plan([step(Action.DONE, item("other", app__M__f=3), known["other"])])
        journal.plan([step(Action.DONE, item("same", app__M__f=2), known["same"])])
        rows = {recorded.item.name: dict(recorded.item.rows) for recorded in new_journal().recorded()}
        assert rows == {"same": {"app.M.f": 2}, "other": {"app.M.f": 3}}

    def test_no_query_is_made_for_a_single_item(self, alias: str, journal: DatabaseJournal) -> None:
        def queries(count: int) -> int:
            items = [item(f"{count}/{n}", app__M__f=1) for n in range(count)]
            with CaptureQueriesContext(connections[alias]) as captured:
                journal.plan([step(Action.COPY, one) for one in items])
                journal.record([copied(one) for one in items])
                journal.record([verified(copied(one), reread=True) for one in items])
                journal.record([not_verified(copied(one)) for one in items])
                journal.evidence_for([one.name for one in items])
            return len(captured)

        queries(1)
        limit = connections[alias].features.max_query_params or 100_000
        assert queries(900) - queries(2) <= 2 * (900 * 25 // limit)

    def test_a_page_is_confirmed_by_one_update_as_long_as_nothing_was_copied(
        self, alias: str, journal: DatabaseJournal
    ) -> None:
        items = [item(f"{number:03}") for number in range(30)]
        journal.plan([step(of=one) for one in items])
        journal.record([copied(one) for one in items])
        (page,) = journal.copies()
        journal.record([not_verified(copied(items[7])), verified(copied(items[9]))])  # neither copies anything
        assert of_items(alias, lambda: journal.confirm(page)) == ["UPDATE"]
        assert dict(journal.tallies()) == {State.VERIFIED: Tally(29, 87), State.FAILED: Tally(1, 3)}

    def test_a_page_is_read_once_before_it_is_confirmed_after_another_copy(
        self, alias: str, journal: DatabaseJournal
    ) -> None:
        items = [item(f"{number:03}") for number in range(30)]
        journal.plan([step(of=one) for one in items])
        journal.record([copied(one) for one in items[:-1]])
        (page,) = journal.copies()
        new_journal().record([copied(items[-1])])
        assert of_items(alias, lambda: journal.confirm(page)) == ["SELECT", "UPDATE"]
        assert dict(journal.tallies()) == {State.VERIFIED: Tally(29, 87), State.COPIED: Tally(1, 3)}

    def test_a_page_of_which_every_item_was_copied_anew_changes_nothing(
        self, alias: str, journal: DatabaseJournal
    ) -> None:
        journal.record([copied(item(name)) for name in ("a", "b")])
        (page,) = journal.copies()
        new_journal().record([sent_again(item(name)) for name in ("a", "b")])
        assert of_items(alias, lambda: journal.confirm(page)) == ["SELECT"]
        assert dict(journal.tallies()) == {State.COPIED: Tally(2, 6)}

    def test_a_listing_that_settles_a_part_of_a_page_leaves_it_as_fresh_as_it_was(
        self, alias: str, journal: DatabaseJournal
    ) -> None:
        journal.record([copied(item(name)) for name in ("a", "b", "c")])
        listing = [[(copy.line[0], copy.line[1], copy.line[2], None) for page in journal.copies() for copy in page]]
        del listing[0][1]
        pages = [seen for seen, _ in glances(journal.copies(), listing, None) if seen]
        for page in pages:
            assert of_items(alias, partial(journal.confirm, page)) == ["UPDATE"]
        assert dict(journal.tallies()) == {State.VERIFIED: Tally(2, 6), State.COPIED: Tally(1, 3)}

    def test_what_is_proved_already_is_not_written_again(
        self, journal: DatabaseJournal, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written: list[object] = []
        journal.record([copied(item(name)) for name in ("a", "b")])
        verdicts = [verified(copied(item(name)), reread=True) for name in ("a", "b")]
        journal.record(verdicts)
        monkeypatch.setattr("medialift.ledger.journal.upsert", lambda alias, rows: written.extend(rows))
        journal.record(verdicts)
        assert written == []


def of_items(alias: str, call: Callable[[], object]) -> list[str]:
    """The first words of the statements on the items' table that *call* makes."""
    with CaptureQueriesContext(connections[alias]) as captured:
        call()
    return [query["sql"].split()[0] for query in captured if "medialift_item" in query["sql"]]


@pytest.mark.django_db
def test_a_page_is_found_without_sorting_the_others() -> None:
    journal = new_journal()
    rows = all_items("default", journal.pair.pk).filter(pk__gt=7, todo__isnull=False).order_by("pk")[:1000]
    plan = rows.explain()
    assert "INTEGER PRIMARY KEY" in plan
    assert "TEMP B-TREE" not in plan
