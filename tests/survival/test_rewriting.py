"""``kill -9`` of a move that changes names, and of its way back: the next run finishes, and every row is right."""

from __future__ import annotations

import random
import time

import pytest

from tests.cli.conftest import Ran, files
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.site import PREFIX, Mover, Site

RULE = ("--rewrite", "add:moved/")
RENAMED = "SELECT count(*) FROM scrapbook_sticker WHERE image LIKE 'moved/%'"
SHORT = pytest.param(120, 1, id="short")
LONG = pytest.param(300, 3, id="long", marks=pytest.mark.prove)
ALIKE = ("É", "é", "E", "e")
"""One letter to MariaDB's default collations, four to a file system."""


def rows(site: Site) -> list[str]:
    return [name for (name,) in site.database.ask("SELECT image FROM scrapbook_sticker ORDER BY id")]


def assert_recorded(site: Site) -> None:
    """Every row that has a new name is in the ledger, with the name that it had."""
    written = {(bytes(row), bytes(new)) for row, new in site.database.ask("SELECT row, new FROM medialift_rowchange")}
    held = site.database.ask("SELECT id, image FROM scrapbook_sticker WHERE image LIKE 'moved/%'")
    assert {(str(pk).encode(), name.encode()) for pk, name in held} <= written


def wait_for_a_change(site: Site, mover: Mover) -> None:
    """Until *mover* has changed a row, has ended, or a minute is over."""
    began = time.monotonic()
    with site.database.asking() as ask:
        before = ask(RENAMED)
        while mover.runs and ask(RENAMED) == before and time.monotonic() - began < 60:
            time.sleep(0.02)


def killed_until_done(site: Site, rng: random.Random, kills: int, verb: str, *arguments: str) -> Ran:
    """Run the verb to its end, after killing it some times in the first seconds in which it changes rows or files."""
    for _ in range(kills):
        mover = site.start(verb, *arguments)
        wait_for_a_change(site, mover)
        time.sleep(rng.uniform(0, 0.1))
        mover.kill()
        assert mover.ended().code in (0, -9)
        assert_recorded(site)
    return site.run(verb, *arguments)


@pytest.mark.parametrize("database", ["sqlite", "postgresql", "mariadb"])
@pytest.mark.parametrize(("count", "kills"), [SHORT, LONG])
def test_a_killed_rewrite_is_finished_and_undone(
    moto: S3Server, make_site: MakesSite, rng: random.Random, database: str, count: int, kills: int
) -> None:
    site = make_site(moto, database=database)
    names = [f"folder/{number // 4:03} {ALIKE[number % 4]}.bin" for number in range(count)]
    site.write({name: rng.randbytes(100) for name in names})
    before = files(site.media)
    there = killed_until_done(site, rng, kills, "migrate", "--to", "cloud", "--json", *RULE)
    assert there.code == 0, there
    told = {found["type"]: found for found in there.objects}
    assert (told["references"]["changed"], told["references"]["overtaken"]) == (count, 0)
    assert rows(site) == [f"moved/{name}" for name in names]
    listed = moto.client().list_objects_v2(Bucket=site.bucket, Prefix=f"{PREFIX}/")["Contents"]
    assert {found["Key"] for found in listed} == {f"{PREFIX}/moved/{name}" for name in names}
    home = killed_until_done(site, rng, kills, "back", told["move"]["move"], "--json")
    assert home.code == 0, home
    assert rows(site) == names
    assert files(site.media) == before
