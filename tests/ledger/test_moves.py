from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from medialift.errors import LedgerError, RefusedError
from medialift.ledger import find_move, finish, journal_of, moves, open_move, pairs_of
from medialift.models import Move
from medialift.types import StoreIdentity
from tests.ledger.conftest import HERE, THERE
from tests.move.journal_contract import step
from tests.servers.databases import every_database

FAR = StoreIdentity("s3-compatible", "bucket", "media", "https://s3.example.com")
MIGRATE, BACK = Move.Kind.MIGRATE, Move.Kind.BACK


@pytest.fixture(params=every_database())
def _ledger(request: pytest.FixtureRequest, db: None, settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = request.param


@pytest.mark.usefixtures("_ledger")
class TestOpening:
    def test_a_new_move_is_open_and_knows_its_stores(self) -> None:
        move = open_move(MIGRATE, [(HERE, THERE), (HERE, FAR)], options={"workers": 8})
        assert (move.kind, move.state, move.options) == ("migrate", "open", {"workers": 8})
        assert [(pair.source, pair.target) for pair in pairs_of(move)] == [(HERE, THERE), (HERE, FAR)]

    def test_its_id_can_be_typed(self) -> None:
        assert re.fullmatch(r"[2-9a-hjkmnp-tv-z]{6}", open_move(MIGRATE, [(HERE, THERE)]).public_id)

    def test_the_same_stores_continue_the_same_move(self) -> None:
        first = open_move(MIGRATE, [(HERE, THERE)])
        journal_of(first, HERE, THERE).plan([step()])
        second = open_move(MIGRATE, [(HERE, THERE)], options={"deep": True})
        assert second == first
        assert find_move(first.public_id).options == {"deep": True}
        assert len(list(journal_of(second, HERE, THERE).todo())) == 1

    def test_every_batch_shows_that_the_move_goes_on(self) -> None:
        move = open_move(MIGRATE, [(HERE, THERE)])
        journal_of(move, HERE, THERE).plan([step()])
        assert find_move(move.public_id).updated > move.updated

    def test_a_finished_move_is_opened_again(self) -> None:
        move = open_move(MIGRATE, [(HERE, THERE)])
        finish(move, {"files": 3})
        finished = find_move(move.public_id)
        assert (finished.state, finished.counts) == ("finished", {"files": 3})
        assert finished.finished is not None
        open_move(MIGRATE, [(HERE, THERE)])
        again = find_move(move.public_id)
        assert (again.state, again.finished, again.started) == ("open", None, finished.started)

    def test_other_stores_and_the_other_direction_are_other_moves(self) -> None:
        ids = {open_move(MIGRATE, [pair]).public_id for pair in [(HERE, THERE), (HERE, FAR), (THERE, HERE)]}
        assert len(ids) == 3

    def test_the_way_back_belongs_to_its_move(self) -> None:
        move = open_move(MIGRATE, [(HERE, THERE)])
        back = open_move(BACK, [(THERE, HERE)], parent=move)
        assert back.parent == move
        assert open_move(BACK, [(THERE, HERE)], parent=move) == back
        assert open_move(MIGRATE, [(THERE, HERE)]) != back

    def test_a_pair_that_comes_later_joins_the_move(self) -> None:
        first = open_move(MIGRATE, [(HERE, THERE)])
        assert open_move(MIGRATE, [(HERE, FAR), (HERE, THERE)]) == first
        assert len(pairs_of(first)) == 2

    def test_pairs_of_two_moves_come_together_with_all_that_is_known(self) -> None:
        older, newer = open_move(MIGRATE, [(HERE, THERE)]), open_move(MIGRATE, [(HERE, FAR)])
        journal_of(older, HERE, THERE).plan([step()])
        assert open_move(MIGRATE, [(HERE, THERE), (HERE, FAR)]) == newer
        assert len(list(journal_of(newer, HERE, THERE).todo())) == 1
        assert pairs_of(older) == []

    def test_a_store_under_another_brand_is_the_same_place(self) -> None:
        minio = StoreIdentity("minio", FAR.container, FAR.prefix, FAR.endpoint)
        first = open_move(MIGRATE, [(HERE, FAR)])
        assert open_move(MIGRATE, [(HERE, minio)]) == first
        assert journal_of(first, HERE, minio).pair.target == FAR


@pytest.mark.usefixtures("_ledger")
class TestFinding:
    def test_moves_come_newest_first(self) -> None:
        opened = [open_move(MIGRATE, [pair]) for pair in [(HERE, THERE), (HERE, FAR)]]
        assert moves() == opened[::-1]

    def test_an_unknown_id_is_refused_with_its_neighbours(self) -> None:
        public_id = open_move(MIGRATE, [(HERE, THERE)]).public_id
        with pytest.raises(RefusedError) as caught:
            find_move(public_id[:-1] + "0")
        assert public_id in caught.value.hint

    def test_an_unknown_id_in_an_empty_ledger_is_refused(self) -> None:
        with pytest.raises(RefusedError, match="status"):
            find_move("zzz")

    def test_a_pair_of_other_stores_has_no_journal_in_a_move(self) -> None:
        move = open_move(MIGRATE, [(HERE, THERE)])
        with pytest.raises(LedgerError, match="does not go"):
            journal_of(move, THERE, HERE)


def open_at_once(count: int) -> list[Move]:
    opened: list[Move] = []
    barrier = threading.Barrier(count)

    def open_it() -> None:
        barrier.wait()
        opened.append(open_move(MIGRATE, [(HERE, THERE)]))
        connections.close_all()

    threads = [threading.Thread(target=open_it) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return opened


def assert_all_got_the_same(opened: list[Move]) -> None:
    assert len(opened) == 4
    assert len({move.public_id for move in opened}) == 1
    assert len(moves()) == 1
    assert len(pairs_of(opened[0])) == 1


@pytest.mark.parametrize("alias", every_database(transaction=True)[1:])
def test_processes_that_open_the_same_move_at_once_get_the_same_one(alias: str, settings: Any) -> None:
    settings.MEDIALIFT_LEDGER_DATABASE = alias
    for _ in range(5):
        assert_all_got_the_same(open_at_once(4))
        Move.objects.using(alias).all().delete()


def test_processes_that_open_the_same_move_in_one_file_at_once_get_the_same_one(file: Path) -> None:
    assert_all_got_the_same(open_at_once(4))
