"""Ctrl-C in the middle of a large upload: its parts are taken back, so that nobody pays for them."""

from __future__ import annotations

import random
import time

from tests.servers.proxy import FaultProxy
from tests.servers.rules import drip, when
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.judges import assert_same
from tests.survival.test_two_movers import unfinished
from tests.survival.trees import tree


def test_a_clean_stop_takes_the_parts_of_unfinished_uploads_back(
    moto: S3Server, make_site: MakesSite, rng: random.Random
) -> None:
    with FaultProxy(moto) as proxy:
        site = make_site(proxy.server)
        site.write(tree(rng, 20, large=2))
        proxy.rules.append(when(drip(piece=256 * 1024, pause=0.05), operation="UploadPart"))
        mover = site.start("migrate", "--to", "cloud")
        deadline = time.monotonic() + 60
        while not any(request.operation == "UploadPart" and "/videos/" in request.key for request in proxy.requests):
            assert mover.runs, mover.ended()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert unfinished(site, moto)
        mover.interrupt()
        stopped = mover.ended()
        assert stopped.code == 130, stopped
        assert unfinished(site, moto) == 0
        proxy.rules.clear()
        assert site.migrate().code == 0
    assert_same(site, moto)
