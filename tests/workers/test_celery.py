"""Moves that Celery's workers copy: on real brokers, with PostgreSQL as the ledger."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.judges import assert_same
from tests.survival.site import Mover, Site
from tests.survival.trees import tree
from tests.workers.brokers import OwnRedis
from tests.workers.conftest import StartsWorker, queue_for

ON_CELERY = ("migrate", "--to", "cloud", "--json", "--on", "celery", "--workers", "4", "--shard", "25")


def sums(site: Site, folder: Path) -> str:
    """The SHA256SUMS of the site's newest move."""
    move = site.run("status", "--json").objects[0]["move"]
    assert site.run("certificate", move, "--output", str(folder)).code == 0
    return (folder / "SHA256SUMS").read_text(encoding="utf-8")


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

    alone = make_site(moto, home=tmp_path / "alone", media=site.media, folder=tmp_path)
    assert alone.migrate().code == 0
    assert sums(site, tmp_path / "one") == sums(alone, tmp_path / "other")


def run_with_kills(
    site: Site, mover: Mover, start_worker: StartsWorker, rng: random.Random, redis: OwnRedis, kills: int
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
                redis.kill()
                redis.start()
    return killed


@pytest.mark.parametrize(
    ("small", "kills"),
    [pytest.param(300, 2, id="short"), pytest.param(3000, 20, id="long", marks=pytest.mark.prove)],
)
def test_killed_workers_and_a_broker_that_forgets_lose_nothing(
    small: int, kills: int, redis: OwnRedis,
    moto: S3Server, make_site: MakesSite, start_worker: StartsWorker, rng: random.Random, tmp_path: Path,
) -> None:  # fmt: skip
    files = tree(rng, small, large=1)
    site = make_site(moto, database="postgresql")
    site.write(files)
    queue_for(site, redis.url)
    mover = site.start(*ON_CELERY, "--lease", "2", "--bandwidth", "300KiB/s")
    killed = run_with_kills(site, mover, start_worker, rng, redis, kills)
    moved = mover.ended()
    assert moved.code == 0, moved
    assert moved.last["states"]["verified"]["files"] == len(files)
    assert_same(site, moto)
    assert killed == kills, "the move was over before all kills"
    assert len(sums(site, tmp_path / "proof").splitlines()) == len(files)


def test_without_workers_ctrl_c_ends_the_waiting_and_the_next_run_does_the_work(
    redis: OwnRedis, moto: S3Server, make_site: MakesSite, rng: random.Random
) -> None:
    site = make_site(moto, database="postgresql")
    site.write(tree(rng, 20))
    queue_for(site, redis.url)
    mover = site.start(*ON_CELERY)
    assert mover.lasts(5)
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
    while site.run("status", "--json").objects[0]["workers"]:
        assert mover.lasts(0.1)
    before = site.run("status", "--json").objects[0]["states"]
    assert mover.lasts(3)
    assert site.run("status", "--json").objects[0]["states"] == before
    assert before["pending"]["files"] > 0
    site.run("resume")
    moved = mover.ended()
    assert moved.code == 0, moved
    assert_same(site, moto)
