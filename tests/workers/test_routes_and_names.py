"""Moves into several buckets and under new names, copied by the workers of a queue: as one machine does it."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, files
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.site import PREFIX, Site
from tests.workers.brokers import OwnRedis
from tests.workers.conftest import StartsWorker, queue_for

ROUTES = {"scrapbook.Postcard.back": "private", "new/docs/": "documents"}
RENAMED = ("--rewrite", "strip:old/", "--rewrite", "add:new/")
MOVE = ("migrate", "--to", "cloud", "--json", *RENAMED)
EACH = 40


def new(name: str) -> str:
    return f"new/{name.removeprefix('old/')}"


STICKERS = [f"old/stickers/{number:02} é.bin" for number in range(EACH)]
BACKS = [f"old/cards/{number:02}-back.bin" for number in range(EACH)]
DOCUMENTS = [f"old/docs/{number:02}.bin" for number in range(EACH)]


@pytest.fixture(params=["tasks", pytest.param("celery", marks=pytest.mark.prove)])
def queue(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def routed(make_site: MakesSite, moto: S3Server, rng: random.Random, **where: Any) -> Site:
    """A site with files for three buckets: stickers, the private backs of postcards, and documents on their fronts."""
    site = make_site(moto, database="postgresql", **where)
    site.buckets = {"private": moto.make_bucket(), "documents": moto.make_bucket()}
    site.options = {"routes": ROUTES}
    site.configure()
    if not files(site.media):
        site.write({name: rng.randbytes(5_000) for name in (*STICKERS, *BACKS, *DOCUMENTS)}, rows=False)
    site.add_rows(STICKERS)
    cards = list(zip(DOCUMENTS, BACKS, strict=True))
    site.database.insert("INSERT INTO scrapbook_postcard (front, back) VALUES (%s, %s)", cards)
    return site


def use_queue(site: Site, queue: str, redis: OwnRedis) -> None:
    queue_for(site, redis.url)
    if queue == "tasks":
        del site.environment["BROKER"]
        site.environment["TASKS_REDIS"] = redis.url


def there(site: Site, bucket: str) -> set[str]:
    listed = site.server.client().list_objects_v2(Bucket=bucket, Prefix=f"{PREFIX}/").get("Contents", [])
    return {found["Key"].removeprefix(f"{PREFIX}/") for found in listed}


def rows(site: Site) -> tuple[list[str], list[str], list[str]]:
    stickers = [image for (image,) in site.database.ask("SELECT image FROM scrapbook_sticker ORDER BY id")]
    cards = site.database.ask("SELECT front, back FROM scrapbook_postcard ORDER BY id")
    return stickers, [front for front, _ in cards], [back for _, back in cards]


def sums(site: Site, folder: Path, move: str) -> list[str]:
    """The SHA256SUMS of each bucket."""
    assert site.run("certificate", move, "--output", str(folder)).code == 0
    found = sorted(path.read_text(encoding="utf-8") for path in folder.glob("*/SHA256SUMS"))
    assert len(found) == 3
    return found


def move_of(ran: Ran) -> dict[str, Any]:
    (found,) = (entry for entry in ran.objects if entry["type"] == "move")
    return found


def test_every_file_arrives_in_its_bucket_under_its_new_name(
    queue: str, redis: OwnRedis, moto: S3Server,
    make_site: MakesSite, start_worker: StartsWorker, rng: random.Random, tmp_path: Path,
) -> None:  # fmt: skip
    site = routed(make_site, moto, rng)
    before = files(site.media)
    use_queue(site, queue, redis)
    for _ in range(2):
        start_worker(site, queue)
    workers: set[str] = set()
    mover = site.start(*MOVE, "--on", queue, "--shard", "8", "--bandwidth", "50KiB/s")
    while mover.runs and len(workers) < 2:
        workers |= {name for (name,) in site.database.ask("SELECT worker FROM medialift_shard WHERE worker <> ''")}
        time.sleep(0.1)
    # The one that shares the work out is killed too: the next one takes it up.
    assert workers, "nobody took a part"
    mover.kill()
    mover.ended()
    moved = site.start(*MOVE, "--on", queue, "--shard", "8").ended()
    assert moved.code == 0, moved
    assert there(site, site.bucket) == {new(name) for name in STICKERS}
    assert there(site, site.buckets["private"]) == {new(name) for name in BACKS}
    assert there(site, site.buckets["documents"]) == {new(name) for name in DOCUMENTS}
    assert rows(site) == tuple([new(name) for name in names] for names in (STICKERS, DOCUMENTS, BACKS))
    assert files(site.media) == before

    alone = routed(make_site, moto, rng, home=tmp_path / "alone", media=site.media, folder=tmp_path)
    on_one = alone.run(*MOVE)
    assert on_one.code == 0, on_one
    move = move_of(moved)["move"]
    assert sums(site, tmp_path / "one", move) == sums(alone, tmp_path / "other", move_of(on_one)["move"])

    home = site.run("back", move, "--json")
    assert home.code == 0, home
    assert rows(site) == (STICKERS, DOCUMENTS, BACKS)
    assert files(site.media) == before
