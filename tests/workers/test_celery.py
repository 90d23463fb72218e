"""Moves that Celery's workers copy: on real brokers, with PostgreSQL as the ledger."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from medialift.move import run as engine
from medialift.workers.work import LOOK_EVERY
from tests.cli.conftest import Ran
from tests.move.worlds import disk, job, memory
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.judges import assert_same
from tests.survival.site import Mover, Site
from tests.survival.trees import tree
from tests.workers.brokers import Broker, OwnRedis
from tests.workers.conftest import StartsWorker, queue_for

ON_CELERY = ("migrate", "--to", "cloud", "--json", "--on", "celery", "--workers", "4", "--shard", "25")


def sums(site: Site, moved: Ran, folder: Path) -> str:
    """The SHA256SUMS of the move that has ended so."""
    assert site.run("certificate", moved.last["move"], "--output", str(folder)).code == 0
    return (folder / "SHA256SUMS").read_text(encoding="utf-8")


def sums_of_one_machine(media: Path, folder: Path) -> str:
    """The SHA256SUMS of a move of *media* by this process alone."""
    alone = job(disk(media), memory(name="target"))
    assert engine.migrate(alone).complete
    assert engine.certificate(alone, folder=folder, move_id="alone").complete
    return (folder / "SHA256SUMS").read_text(encoding="utf-8")


def leased(site: Site) -> int:
    """How many shards somebody holds."""
    ((count,),) = site.database.ask("SELECT count(*) FROM medialift_shard WHERE until >= now()")
    return int(count)


def to_do(site: Site) -> int:
    """How many files are still to be copied."""
    ((count,),) = site.database.ask("SELECT count(*) FROM medialift_item WHERE todo IS NOT NULL")
    return int(count)


def test_workers_copy_and_the_certificate_is_that_of_one_machine(
    broker: str, moto: S3Server, make_site: MakesSite, start_worker: StartsWorker, rng: random.Random, tmp_path: Path
) -> None:
    files = tree(rng, 150, large=1)
    site = make_site(moto, database="postgresql")
    site.write(files)
    queue_for(site, broker)
    workers = [start_worker(site), start_worker(site)]
    moved = site.start(*ON_CELERY).ended()
    assert moved.code == 0, moved
    assert moved.last["copied"]["files"] == len(files)
    assert_same(site, moto)
    assert sum(worker.shards() for worker in workers) == -(-len(files) // 25)

    assert sums(site, moved, tmp_path / "crew") == sums_of_one_machine(site.media, tmp_path / "alone")


def run_with_kills(
    site: Site, mover: Mover, start_worker: StartsWorker, rng: random.Random, broker: Broker, kills: int
) -> int:
    """Kill workers that are at work, each at a random moment, and the broker once; how many were killed."""
    workers, killed = [start_worker(site) for _ in range(2)], 0
    while mover.runs and killed < kills:
        if not workers[0].has_begun():
            mover.lasts(0.1)
        elif mover.lasts(rng.uniform(0, 2)):
            workers.pop(0).kill()
            killed += 1
            workers.append(start_worker(site))
            if killed == 1:
                broker.kill()
                broker.start()
    return killed


@pytest.mark.parametrize(
    ("own_broker", "small", "rate", "kills"),
    [
        pytest.param("redis", 300, "2MiB/s", 2, id="short"),
        pytest.param("redis", 3000, "300KiB/s", 20, id="redis", marks=pytest.mark.prove),
        pytest.param("rabbitmq", 3000, "300KiB/s", 20, id="rabbitmq", marks=pytest.mark.prove),
    ],
    indirect=["own_broker"],
)
def test_killed_workers_and_a_broker_that_forgets_lose_nothing(
    small: int, rate: str, kills: int, own_broker: Broker,
    moto: S3Server, make_site: MakesSite, start_worker: StartsWorker, rng: random.Random, tmp_path: Path,
) -> None:  # fmt: skip
    files = tree(rng, small, large=1)
    site = make_site(moto, database="postgresql")
    site.write(files)
    queue_for(site, own_broker.url)
    mover = site.start(*ON_CELERY, "--lease", "2", "--bandwidth", rate)
    killed = run_with_kills(site, mover, start_worker, rng, own_broker, kills)
    moved = mover.ended()
    assert moved.code == 0, moved
    assert moved.last["states"]["verified"]["files"] == len(files)
    assert_same(site, moto)
    assert killed == kills, "the move was over before all kills"
    proved = sums(site, moved, tmp_path / "crew")
    assert proved == sums_of_one_machine(site.media, tmp_path / "alone")
    assert len(proved.splitlines()) == len(files)


def test_without_workers_ctrl_c_ends_the_waiting_and_the_next_run_does_the_work(
    redis: OwnRedis, moto: S3Server, make_site: MakesSite, rng: random.Random
) -> None:
    site = make_site(moto, database="postgresql")
    site.write(tree(rng, 20))
    queue_for(site, redis.url)
    mover = site.start(*ON_CELERY)
    while site.database.ask("SELECT count(*) FROM medialift_shard") == [(0,)]:
        assert mover.lasts(0.1)
    assert mover.lasts(1)
    mover.interrupt()
    assert mover.ended().code == 130
    assert site.migrate().code == 0
    assert_same(site, moto)


def test_a_site_without_a_celery_app_is_told_what_to_do(
    moto: S3Server, make_site: MakesSite, rng: random.Random
) -> None:
    site = make_site(moto)
    site.write(tree(rng, 1))
    refused = site.start(*ON_CELERY).ended()
    assert refused.code == 2
    assert "this site has no Celery app" in refused.err


# Pausing goes by the ledger: of a broker it asks no more than a whole move does, which is tried on both.
@pytest.mark.parametrize("broker", ["redis", pytest.param("rabbitmq", marks=pytest.mark.prove)], indirect=True)
def test_a_paused_move_frees_its_workers_and_goes_on_where_it_was(
    broker: str, moto: S3Server, make_site: MakesSite, start_worker: StartsWorker, rng: random.Random
) -> None:
    files = tree(rng, 300, large=0)
    site = make_site(moto, database="postgresql")
    site.write(files)
    queue_for(site, broker)
    worker = start_worker(site)
    mover = site.start(*ON_CELERY, "--bandwidth", "200KiB/s")
    while not worker.has_begun():
        assert mover.lasts(0.1)
    held = site.run("pause", "--json").last
    assert held["paused"]
    while leased(site):
        assert mover.lasts(0.1)
    before = to_do(site)
    assert before > 0
    # Longer than anybody takes to look whether it still is.
    assert mover.lasts(LOOK_EVERY + 1)
    shown = site.run("status", "--json").objects[0]
    assert shown["workers"] == []
    assert shown["states"]["pending"]["files"] == before == to_do(site)
    site.run("resume")
    moved = mover.ended()
    assert moved.code == 0, moved
    assert_same(site, moto)
