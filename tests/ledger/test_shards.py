"""Leases of parts of a move: one worker each, and none that outlives its end."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from medialift.ledger import DatabaseJournal, find_move, open_move
from medialift.ledger.pausing import set_paused
from medialift.ledger.shards import MOST_FAILURES, Lease, LeaseLostError, Shards
from medialift.models import Move, Shard
from medialift.move.journal import Tally
from medialift.move.shards import ShardSize, even
from medialift.types import NotCopied, State
from tests.ledger.conftest import HERE, THERE, new_journal
from tests.move.journal_contract import copied, item, step
from tests.servers.databases import every_database

LONG, OVER = timedelta(minutes=5), timedelta(seconds=-1)
NAMES = [f"{number:03}" for number in range(10)]

pytestmark = pytest.mark.parametrize("alias", every_database(transaction=True))


@pytest.fixture
def journal(alias: str, settings: Any) -> DatabaseJournal:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    journal = new_journal()
    journal.plan([step(of=item(name)) for name in NAMES])
    return journal


@pytest.fixture
def shards(journal: DatabaseJournal) -> Shards:
    """Three parts: four items, four, two."""
    made = Shards(journal.pair.move)
    made.lay_out(journal.pair, even(ShardSize(files=4)))
    return made


def take(shards: Shards, worker: str = "one", length: timedelta = LONG) -> Lease:
    lease = shards.take(worker, length)
    assert lease is not None
    return lease


def names_of(lease: Lease) -> list[str]:
    return [each.item.name for each in lease.journal(absence_counts=True).todo()]


def test_each_part_is_taken_once(shards: Shards) -> None:
    parts = [names_of(take(shards)) for _ in range(3)]
    assert parts == [NAMES[:4], NAMES[4:8], NAMES[8:]]
    assert shards.take("two", LONG) is None
    assert (shards.sheet().alive, shards.sheet().waiting) == (3, 0)


def test_a_lease_that_ended_is_given_to_another_and_the_first_is_refused(shards: Shards) -> None:
    zombie = take(shards, "zombie", OVER)
    lease = take(shards, "living")
    assert lease.shard.pk == zombie.shard.pk
    work = zombie.journal(absence_counts=True)
    with pytest.raises(LeaseLostError):
        work.record([copied(item(NAMES[0]))])
    with pytest.raises(LeaseLostError):
        zombie.beat()
    with pytest.raises(LeaseLostError):
        zombie.finish()
    assert names_of(lease) == NAMES[:4], "what the zombie wanted to record is not recorded"


def test_recording_renews_the_lease_and_counts(shards: Shards) -> None:
    lease = take(shards, "slow", OVER)
    lease.journal(absence_counts=True).record([copied(item(NAMES[0])), copied(item(NAMES[1]))])
    sheet = shards.sheet()
    assert (sheet.finished.files, sheet.amount.files) == (2, 10)


def test_a_part_that_is_done_is_not_taken_again(shards: Shards) -> None:
    for _ in range(3):
        take(shards).finish()
    sheet = shards.sheet()
    assert (sheet.done, sheet.waiting, sheet.alive) == (3, 0, 0)


def test_a_part_that_keeps_failing_is_left_alone_with_its_reason(shards: Shards) -> None:
    for _ in range(3 * MOST_FAILURES):
        take(shards).give_back("no bucket")
    assert shards.take("one", LONG) is None
    sheet = shards.sheet()
    assert (sheet.given_up, sheet.waiting, sheet.errors) == (3, 0, ("no bucket",))


def test_what_is_called_off_is_not_taken_and_those_at_work_are_told(shards: Shards) -> None:
    lease = take(shards)
    assert lease.beat() is True
    shards.stop()
    assert lease.beat() is False
    assert shards.take("two", LONG) is None
    lease.give_back()
    assert shards.sheet().alive == 0


def test_sharing_out_anew_takes_the_leases_away(journal: DatabaseJournal, shards: Shards) -> None:
    lease = take(shards)
    shards.lay_out(journal.pair, even(ShardSize(files=100)))
    with pytest.raises(LeaseLostError):
        lease.beat()
    assert names_of(take(shards)) == NAMES


def test_only_what_is_to_be_done_is_shared_out(journal: DatabaseJournal) -> None:
    journal.record([copied(item(name)) for name in NAMES[:9]])
    shards = Shards(find_move(journal.pair.move.public_id))
    shards.lay_out(journal.pair, even(ShardSize(files=4)))
    assert shards.sheet().amount.files == 1
    assert names_of(take(shards)) == NAMES[9:]


def test_a_file_that_a_worker_does_not_see_stays_to_be_done(journal: DatabaseJournal, shards: Shards) -> None:
    gone = NotCopied(item(NAMES[0]), State.VANISHED, "gone")
    lease = take(shards)
    lease.journal(absence_counts=False).record([gone])
    assert names_of(lease) == NAMES[:4]
    lease.journal(absence_counts=True).record([gone])
    assert names_of(lease) == NAMES[1:4]


def test_while_the_move_is_held_no_part_is_taken_and_those_at_work_are_told(shards: Shards) -> None:
    move, lease = shards._move, take(shards)
    set_paused(move, paused=True)
    assert lease.is_paused()
    assert shards.is_paused()
    assert shards.take("two", LONG) is None
    set_paused(move, paused=False)
    assert not lease.is_paused()
    assert names_of(take(shards)) == NAMES[4:8]


def test_a_move_that_goes_on_is_still_held_and_keeps_its_other_options(journal: DatabaseJournal) -> None:
    move = open_move(Move.Kind.MIGRATE, [(HERE, THERE)], options={"rewrite": ["lower"]})
    set_paused(move, paused=True)
    again = open_move(Move.Kind.MIGRATE, [(HERE, THERE)], options={"rewrite": ["lower"]})
    assert journal.is_paused()
    set_paused(again, paused=False)
    assert not journal.is_paused()
    assert find_move(move.public_id).options == {"rewrite": ["lower"]}


def test_status_tells_who_is_at_work(shards: Shards) -> None:
    take(shards, "host:7").renew(Tally(3, 300))
    (found,) = shards.at_work()
    assert (found.worker, found.files, found.files_done) == ("host:7", 4, 3)


def test_many_who_take_at_once_get_different_parts(alias: str, journal: DatabaseJournal) -> None:
    if connections[alias].vendor == "sqlite":
        pytest.skip("an SQLite database in memory belongs to one connection")
    shards = Shards(journal.pair.move)
    shards.lay_out(journal.pair, even(ShardSize(files=1)))
    taken: list[int] = []

    def work() -> None:
        try:
            while (lease := shards.take(threading.current_thread().name, LONG)) is not None:
                taken.append(lease.shard.pk)
                time.sleep(0.001)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(Shard.objects.using(alias).values_list("pk", flat=True))
