"""The tests of accounts themselves, on a server that runs here: they clean up, and touch nothing else."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.docs.blocks import ROOT
from tests.live.places import LIVE, variable
from tests.servers.s3server import S3Server


def live(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MEDIALIFT_TEST_")}
    command = [sys.executable, "-m", "pytest", "tests/live/test_account.py", "-q", "-n", "0", "-rs", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**environment, **variables}, capture_output=True, text=True, check=False
    )


def test_each_provider_has_a_variable_of_its_own_and_contributors_are_told() -> None:
    assert len({variable(provider) for provider in LIVE}) == len(LIVE)
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [provider for provider in LIVE if f"`{variable(provider)}`" not in told] == []


def test_without_an_account_they_are_skipped_in_plain_sight() -> None:
    done = live("-k", "moves_there")
    assert done.returncode == 0, done.stdout
    assert "set MEDIALIFT_TEST_R2 to a storage URL" in done.stdout
    assert f"{len(LIVE)} skipped" in done.stdout


@pytest.mark.parametrize(
    "versions", [pytest.param(False, marks=pytest.mark.prove), True], ids=["plain", "with versions"]
)
def test_with_one_they_run_and_leave_the_bucket_as_it_was(ceph: S3Server, versions: bool) -> None:
    bucket, client = ceph.make_bucket(), ceph.client()
    if versions:
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    client.put_object(Bucket=bucket, Key="tests/of-somebody-else.txt", Body=b"x")
    url = f"ceph://{ceph.access_key_id}:{ceph.secret_access_key}@{bucket}/tests?endpoint_url={ceph.endpoint_url}"
    done = live("-k", "ceph and (site or left or promise)", MEDIALIFT_TEST_CEPH=url)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout
    assert ceph.secret_access_key not in done.stdout
    answer = client.list_object_versions(Bucket=bucket)
    left = [entry["Key"] for kind in ("Versions", "DeleteMarkers") for entry in answer.get(kind, ())]  # type: ignore[attr-defined]
    assert left == ["tests/of-somebody-else.txt"]
    assert not client.list_multipart_uploads(Bucket=bucket).get("Uploads")
