"""A move on Django's Tasks API, with the backend that runs a task where it is called."""

from __future__ import annotations

import random

from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.judges import assert_same
from tests.survival.trees import tree


def test_a_task_copies(moto: S3Server, make_site: MakesSite, rng: random.Random) -> None:
    files = tree(rng, 40, large=1)
    site = make_site(moto)
    site.write(files)
    site.environment.update(DJANGO_SETTINGS_MODULE="tests.workers.project")
    moved = site.start("migrate", "--to", "cloud", "--json", "--on", "tasks", "--shard", "10").ended()
    assert moved.code == 0, moved
    assert moved.last["copied"]["files"] == len(files)
    assert_same(site, moto)
