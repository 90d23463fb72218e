"""Two processes that move the same files: each has a connection of its own, all write at once."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction

from medialift.ledger import DatabaseJournal
from medialift.ledger.table import upsert
from medialift.move.journal import Outcome
from medialift.types import State
from tests.ledger.conftest import new_journal
from tests.move.journal_contract import copied, item, sent_again, step, verified
from tests.servers.databases import every_database

NAMES = [f"{n:04}" for n in range(600)]
BATCH = 60


def at_once(*work: Callable[[], None]) -> None:
    """Run every *work* in a thread with its own connections; the first error of any is raised."""
    errors: list[BaseException] = []
    barrier = threading.Barrier(len(work))

    def run(one: Callable[[], None]) -> None:
        try:
            barrier.wait()
            one()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[one]) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def in_batches(seed: int, write: Callable[[Sequence[str]], None]) -> None:
    """Every name once, in an order of its own, so that the writers meet in every way."""
    names = random.Random(seed).sample(NAMES, len(NAMES))
    for start in range(0, len(names), BATCH):
        write(names[start : start + BATCH])


def copy_and_verify(seed: int) -> Callable[[], None]:
    def work() -> None:
        journal = new_journal()
        in_batches(seed, lambda names: journal.plan([step(of=item(name)) for name in names]))
        in_batches(seed + 1, lambda names: journal.record([copied(item(name)) for name in names]))
        in_batches(seed + 2, lambda names: journal.record([verified(copied(item(name))) for name in names]))

    return work


def late_word(seed: int) -> Callable[[], None]:
    def work() -> None:
        journal = new_journal()
        for again in range(2):
            in_batches(seed + again, lambda names: journal.record([copied(item(name)) for name in names]))

    return work


def assert_nothing_was_lost_or_undone(journal: DatabaseJournal) -> None:
    recorded = list(journal.recorded())
    assert sorted(one.item.name for one in recorded) == NAMES
    assert {one.state for one in recorded} == {State.VERIFIED}
    assert list(journal.todo()) == []


@pytest.mark.parametrize("alias", every_database(transaction=True)[1:])
def test_two_movers_do_not_undo_each_other(alias: str, settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    at_once(copy_and_verify(1), copy_and_verify(2), late_word(3))
    assert_nothing_was_lost_or_undone(new_journal())


def test_two_movers_on_one_sqlite_file_do_not_undo_each_other(file: Path) -> None:
    at_once(copy_and_verify(1), copy_and_verify(2), late_word(3))
    assert_nothing_was_lost_or_undone(new_journal())


def verified_between_reading_and_writing(monkeypatch: pytest.MonkeyPatch) -> DatabaseJournal:
    """One mover repeats its ``Copied``; another one verifies just when the first has read and not yet written."""
    journal = new_journal()
    journal.record([copied()])

    def verify() -> None:
        new_journal().record([verified()])
        connections.close_all()

    second = threading.Thread(target=verify)

    def upsert_late(alias: str, rows: Sequence[tuple[Any, ...]]) -> None:
        if rows and threading.current_thread() is not second:
            second.start()
            second.join(timeout=0.5)
        upsert(alias, rows)

    monkeypatch.setattr("medialift.ledger.journal.upsert", upsert_late)
    journal.record([copied()])
    second.join()
    return journal


@pytest.mark.parametrize("alias", every_database(transaction=True)[1:])
def test_a_verification_in_the_worst_moment_is_not_lost(
    alias: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    assert_verified(verified_between_reading_and_writing(monkeypatch))


def test_a_verification_in_the_worst_moment_is_not_lost_in_an_sqlite_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert_verified(verified_between_reading_and_writing(monkeypatch))


def while_open(
    alias: str, journal: DatabaseJournal, outcome: Outcome, second: Callable[[DatabaseJournal], object]
) -> None:
    """What *second* writes comes while the transaction that records *outcome* is open, and ends after it."""

    def another() -> None:
        second(new_journal())
        connections.close_all()

    thread = threading.Thread(target=another)
    with transaction.atomic(using=alias):
        journal.record([outcome])
        thread.start()
        thread.join(timeout=0.5)
    thread.join()


def copied_while_another_verifies(alias: str) -> DatabaseJournal:
    """A late ``Copied`` comes while the transaction of a verification is open."""
    journal = new_journal()
    journal.record([copied()])
    while_open(alias, journal, verified(), lambda other: other.record([copied()]))
    return journal


@pytest.mark.parametrize("alias", every_database(transaction=True)[1:])
def test_a_late_word_sees_what_it_had_to_wait_for(alias: str, settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    assert_verified(copied_while_another_verifies(alias))


def test_a_late_word_in_an_sqlite_file_sees_what_it_had_to_wait_for(file: Path) -> None:
    assert_verified(copied_while_another_verifies("file"))


def confirmed_while_another_records(alias: str) -> DatabaseJournal:
    """A page is confirmed while the transaction of a newer copy is open."""
    journal = new_journal()
    journal.record([copied()])
    (page,) = journal.copies()
    while_open(alias, journal, sent_again(), lambda other: other.confirm(page))
    return journal


@pytest.mark.parametrize("alias", every_database(transaction=True)[1:])
def test_a_confirmation_sees_the_newer_copy_that_it_had_to_wait_for(alias: str, settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    assert_copied(confirmed_while_another_records(alias))


def test_a_confirmation_in_an_sqlite_file_sees_the_newer_copy_that_it_had_to_wait_for(file: Path) -> None:
    assert_copied(confirmed_while_another_records("file"))


def assert_copied(journal: DatabaseJournal) -> None:
    assert [recorded.state for recorded in journal.recorded()] == [State.COPIED]


def assert_verified(journal: DatabaseJournal) -> None:
    assert [recorded.state for recorded in journal.recorded()] == [State.VERIFIED]
