from __future__ import annotations

import contextlib
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.s3server import S3Server
from tests.survival.databases import Database, PostgresDatabase, SqliteFile, new_maria_database, new_postgres_database
from tests.survival.site import ROOT, Site

SEED = "MEDIALIFT_SURVIVAL_SEED"

MakesSite = Callable[..., Site]


@pytest.fixture
def rng() -> random.Random:
    """Another one in each run; the seed is printed, and taken from the environment to see a failure again."""
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(2**32))
    print(f"{SEED}={seed}")
    return random.Random(seed)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("survival-sqlite")
    database = SqliteFile(home / "db.sqlite3")
    _migrate(home, database)
    return database.path


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresDatabase]:
    with new_postgres_database() as database:
        _migrate(tmp_path_factory.mktemp("survival-postgres"), database)
        yield database


@pytest.fixture
def make_site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MakesSite]:
    """Makes a site whose ``cloud`` is a new bucket; ``database`` is ``"sqlite"``, ``"postgresql"`` or ``"mariadb"``."""
    with contextlib.ExitStack() as databases:

        def make(server: S3Server, *, database: str = "sqlite", folder: Path = tmp_path, **fields: Any) -> Site:
            home = fields.pop("home", tmp_path / "home")
            home.mkdir(exist_ok=True)
            if database == "sqlite":
                own: Database = SqliteFile(folder / "db.sqlite3")
                shutil.copy(request.getfixturevalue("sqlite_template"), folder / "db.sqlite3")
            elif database == "mariadb":
                own = databases.enter_context(new_maria_database())
                _migrate(home, own)
            else:
                template = request.getfixturevalue("postgres_template")
                own = databases.enter_context(new_postgres_database(template.name))
            media = fields.pop("media", tmp_path / "media")
            media.mkdir(exist_ok=True)
            site = Site(home, own, server, server.make_bucket(), media, **fields)
            site.configure()
            return site

        yield make


def _migrate(home: Path, database: Database) -> None:
    """Make the tables of a site."""
    site = Site(home, database, S3Server("none", "http://127.0.0.1:9", "none", "none"), "none", home / "media")
    site.configure()
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--run-syncdb", "--verbosity", "0"]
    done = subprocess.run(command, env=site.environ(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
