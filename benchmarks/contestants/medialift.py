"""The whole move: Django's start, inventory, plan into the ledger, copy, and verification by a fresh listing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.measure import ROOT
from benchmarks.values import Command, Task

DATABASE = "db.sqlite3"


@dataclass(frozen=True, slots=True)
class Medialift:
    name: str = "medialift"

    def copy(self, task: Task) -> Command:
        environment = site_environment(task)
        if take_database(task):
            _try(environment)
        return Command(
            (sys.executable, "-m", "django", "medialift", "migrate", "--from", "default", "--to", "cloud", "--yes"),
            environment,
        )

    def again(self, task: Task) -> Command:
        return self.copy(task)


def _try(environment: dict[str, str]) -> None:
    """Let medialift find out what the unknown service does, as it does once a month; nobody else asks.

    What goes wrong here, the move itself tells: it tries again.
    """
    command = [sys.executable, "-m", "django", "medialift", "probe", "cloud"]
    subprocess.run(command, env={**os.environ, **environment}, cwd=ROOT, check=False, capture_output=True)


def take_database(task: Task) -> bool:
    """Give the task a site's database of its own; whether it had none."""
    database = task.home / DATABASE
    if database.exists():
        return False
    shutil.copy(task.data.site / DATABASE, database)
    return True


def site_environment(task: Task, *, database: Mapping[str, Any] | None = None, peer: bool = False) -> dict[str, str]:
    """What the settings of the suite's site read; the ledger of the task lies in its home, or in *database*.

    That is an entry of Django's DATABASES. With *peer* the site has a storage of django-storages too.
    """
    endpoint = task.endpoint
    told = {
        "media": str(task.data.folder),
        "database": database or {"ENGINE": "django.db.backends.sqlite3", "NAME": str(task.home / DATABASE)},
        "provider": endpoint.provider,
        "endpoint_url": endpoint.url,
        "bucket": task.bucket,
        "access_key_id": endpoint.access_key_id,
        "secret_access_key": endpoint.secret_access_key,
        "ca_file": endpoint.ca_file,
        "peer": peer,
    }
    return {"DJANGO_SETTINGS_MODULE": "benchmarks.site.settings", "BENCH_SITE": json.dumps(told), "PYTHONPATH": "."}
