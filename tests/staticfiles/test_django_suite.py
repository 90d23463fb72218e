"""Django's own tests of its static files storages, on ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.django_suite.sdist import django_tests
from tests.servers.missing import missing

ROOT = Path(__file__).parents[2]

QUICK = "/dev/shm"
"""A folder in memory: the store has the disk write down each of the thousands of files."""

KNOWN = {
    "test_manifest_does_not_ignore_permission_error": "It makes the disk's open() fail, which no store is asked with.",
    "test_collect_static_files_default_permissions": "Modes of files are the disk's; objects have none.",
    "test_collect_static_files_permissions": "Modes of files are the disk's; objects have none.",
    "test_collect_static_files_subclass_of_static_storage": "Modes of files are the disk's; objects have none.",
}


@pytest.fixture(scope="module")
def ends() -> Mapping[str, str]:
    try:
        folder = django_tests()
    except RuntimeError as error:
        missing("Django's source archive", f"it is fetched with pip, which needs a package index ({error})")
    command = [sys.executable, "-m", "tests.staticfiles.suite", str(folder)]
    with tempfile.TemporaryDirectory(dir=QUICK if os.access(QUICK, os.W_OK) else None) as place:
        environment = {**os.environ, "TMPDIR": place}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False
        )
    assert done.returncode == 0, done.stderr[-4000:]
    found: Mapping[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_all_of_djangos_tests_pass_but_those_about_modes_and_the_disk(ends: Mapping[str, str]) -> None:
    failed = {test: end for test, end in ends.items() if end not in ("passed", "skipped")}
    surprises = {test: end for test, end in failed.items() if test.rpartition(".")[2] not in KNOWN}
    assert not surprises, "\n".join(f"{test}\n{end}" for test, end in surprises.items())


def test_enough_of_them_ran_to_mean_something(ends: Mapping[str, str]) -> None:
    assert sum(end == "passed" for end in ends.values()) >= 40
