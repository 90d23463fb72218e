"""A PostgreSQL server that drops its clients or refuses to be written in the middle of a move."""

from __future__ import annotations

import random
import time

from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.databases import PostgresDatabase
from tests.survival.judges import assert_same
from tests.survival.site import Mover, Site
from tests.survival.told import READ_ONLY, assert_told
from tests.survival.trees import tree

COUNT_DONE = "SELECT count(*) FROM medialift_item WHERE sha256 IS NOT NULL"


def slow_move(site: Site) -> Mover:
    """A move of some seconds of which the ledger knows already that some files were copied."""
    mover = site.start("migrate", "--to", "cloud", "--json", "--bandwidth", "200kB/s")
    deadline = time.monotonic() + 60
    while not site.database.ask(COUNT_DONE)[0][0]:
        assert mover.runs, mover.ended()
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return mover


def test_a_database_that_becomes_read_only_is_told_and_the_next_run_finishes(
    moto: S3Server, make_site: MakesSite, rng: random.Random
) -> None:
    site = make_site(moto, database="postgresql")
    assert isinstance(site.database, PostgresDatabase)
    site.write(tree(rng, 100))
    mover = slow_move(site)
    site.database.set_read_only(True)
    assert_told(mover.ended(), READ_ONLY, "give its user the right to write")
    done = site.database.ask(COUNT_DONE)[0][0]
    site.database.set_read_only(False)
    moved = site.migrate()
    assert moved.code == 0, moved
    assert 0 < moved.last["copied"]["files"] <= len(list(site.media.rglob("*.*"))) - done
    assert_same(site, moto)


def test_a_database_that_drops_its_clients_is_asked_again(
    moto: S3Server, make_site: MakesSite, rng: random.Random
) -> None:
    site = make_site(moto, database="postgresql")
    assert isinstance(site.database, PostgresDatabase)
    site.write(tree(rng, 60))
    mover = slow_move(site)
    for _ in range(3):
        site.database.end_connections()
        mover.lasts(0.4)
    assert mover.ended().code == 0
    assert_same(site, moto)
