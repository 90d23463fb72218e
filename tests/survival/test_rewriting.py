"""``kill -9`` of a move that changes names, and of its way back: the next run finishes, and every row is right."""

from __future__ import annotations

import random
import time

import pytest

from tests.cli.conftest import Ran, files
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.site import PREFIX, Site

RULE = ("--rewrite", "add:moved/")
FILES = 300
KILLS = 3


def rows(site: Site) -> list[str]:
    return [name for (name,) in site.database.ask("SELECT image FROM scrapbook_sticker ORDER BY id")]


def killed_until_done(site: Site, rng: random.Random, verb: str, *arguments: str) -> Ran:
    """Run the verb to its end, after killing it some times in the first seconds in which it changes rows or files."""
    for _ in range(KILLS):
        mover = site.start(verb, *arguments)
        began, before = time.monotonic(), rows(site)
        while mover.runs and rows(site) == before and time.monotonic() - began < 60:
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 0.1))
        mover.kill()
        assert mover.ended().code in (0, -9)
    return site.run(verb, *arguments)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_killed_rewrite_is_finished_and_undone(
    moto: S3Server, make_site: MakesSite, rng: random.Random, database: str
) -> None:
    site = make_site(moto, database=database)
    names = [f"folder/{number:03} é.bin" for number in range(FILES)]
    site.write({name: rng.randbytes(100) for name in names})
    before = files(site.media)
    there = killed_until_done(site, rng, "migrate", "--to", "cloud", "--json", *RULE)
    assert there.code == 0, there
    told = {found["type"]: found for found in there.objects}
    assert (told["references"]["changed"], told["references"]["overtaken"]) == (FILES, 0)
    assert rows(site) == [f"moved/{name}" for name in names]
    listed = moto.client().list_objects_v2(Bucket=site.bucket, Prefix=f"{PREFIX}/")["Contents"]
    assert {found["Key"] for found in listed} == {f"{PREFIX}/moved/{name}" for name in names}
    home = killed_until_done(site, rng, "back", told["move"]["move"], "--json")
    assert home.code == 0, home
    assert rows(site) == names
    assert files(site.media) == before
