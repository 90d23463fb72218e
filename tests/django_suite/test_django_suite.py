"""Django's own tests for storages, uploads and file fields, on MediaStorage over every kind of store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.django_suite.known import KNOWN, LANES, SERVERS, certain, known
from tests.django_suite.sdist import django_tests
from tests.servers.missing import missing
from tests.servers.s3server import S3Server

CREATES_ATOMICALLY = {"moto": "s3", "ceph": "minio"}
"""Whose data describes the server: moto is Amazon's S3 as far as it goes, Ceph's creates as MinIO's in this bucket."""
ROOT = Path(__file__).parents[2]
Ends = Mapping[str, str]
"""How each test ended: ``passed``, ``skipped``, or what it said when it failed."""


@pytest.fixture(scope="module")
def folder() -> Path:
    try:
        return django_tests()
    except RuntimeError as error:
        missing("Django's source archive", f"it is fetched with pip, which needs a package index ({error})")


def run(folder: Path, lane: str, **environment: str) -> Ends:
    command = [sys.executable, "-m", "tests.django_suite.harness", str(folder), lane]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    ends: Ends = json.loads(done.stdout.splitlines()[-1])
    return ends


@pytest.fixture(scope="module", params=LANES)
def lane(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def ends(folder: Path, lane: str, request: pytest.FixtureRequest) -> Ends:
    if lane not in SERVERS:
        return run(folder, lane)
    server: S3Server = request.getfixturevalue(lane)
    names = ("region", "endpoint_url", "access_key_id", "secret_access_key")
    told = {name: getattr(server, name) for name in names}
    told |= {"provider": CREATES_ATOMICALLY[lane], "container": server.make_bucket(), "addressing_style": "path"}
    return run(folder, lane, MEDIALIFT_SUITE_SERVER=json.dumps(told))


def failed(ends: Ends) -> Iterator[str]:
    return (test for test, end in ends.items() if end not in ("passed", "skipped"))


def test_all_of_djangos_tests_pass_but_those_in_the_table(ends: Ends, lane: str) -> None:
    surprises = {test: ends[test] for test in failed(ends) if not known(test, lane)}
    assert not surprises, "\n".join(f"{test}\n{end}" for test, end in surprises.items())


def test_whatever_stands_in_the_table_still_fails(ends: Ends, lane: str) -> None:
    assert [test for test, end in ends.items() if end == "passed" and certain(test, lane)] == []


def test_enough_of_djangos_tests_ran_to_mean_something(ends: Ends, lane: str) -> None:
    passed = [test for test, end in ends.items() if end == "passed"]
    assert len(passed) >= (210 if lane == "filesystem" else 170)
    for module in (
        "file_storage.tests",
        "file_uploads.tests",
        "model_fields.test_filefield",
        "model_fields.test_imagefield",
    ):
        assert any(test.startswith(module) for test in passed)


def test_every_entry_of_the_table_has_a_reason() -> None:
    assert all(len(entry.reason) > 40 and entry.tests for entry in KNOWN)
