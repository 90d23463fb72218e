"""Packages that make thumbnails work before a move, what they made is moved, and they go on in the bucket."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.images.pictures import corners, saved
from tests.neighbours.packages import PACKAGES, PHOTO
from tests.servers.missing import missing
from tests.servers.s3server import S3Server

ROOT = Path(__file__).resolve().parents[2]


class NeighbourSite:
    """A site in a folder, whose every page view is a process of its own."""

    def __init__(self, home: Path, neighbour: str, server: S3Server, bucket: str) -> None:
        self.media, self._server, self._bucket = home / "media", server, bucket
        options = {
            "provider": "minio",
            "bucket": bucket,
            "prefix": "site",
            "region": server.region,
            "endpoint_url": server.endpoint_url,
            "access_key_id": server.access_key_id,
            "secret_access_key": server.secret_access_key,
        }
        self._environment = {
            **os.environ,
            "SITE_HOME": str(home),
            "NEIGHBOUR": neighbour,
            "BUCKET": json.dumps({"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": options}),
            "DJANGO_SETTINGS_MODULE": "tests.neighbours.project",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
        }
        (self.media / "photos").mkdir(parents=True)
        (self.media / PHOTO).write_bytes(saved(corners(), "JPEG"))

    def manage(self, *arguments: str) -> str:
        return self._run("django", *arguments)

    def page(self, size: int) -> Any:
        """Name, address and size of the thumbnail that a page shows."""
        return json.loads(self._run("tests.neighbours", str(size)).splitlines()[-1])

    def switch(self) -> None:
        self._environment["SWITCHED"] = "1"

    def on_disk(self) -> dict[str, bytes]:
        files = (path for path in self.media.rglob("*") if path.is_file())
        return {path.relative_to(self.media).as_posix(): path.read_bytes() for path in files}

    def in_bucket(self) -> dict[str, bytes]:
        client = self._server.client()
        found = client.list_objects_v2(Bucket=self._bucket, Prefix="site/").get("Contents", [])
        bodies = {entry["Key"]: client.get_object(Bucket=self._bucket, Key=entry["Key"])["Body"] for entry in found}
        return {key.removeprefix("site/"): body.read() for key, body in bodies.items()}

    def _run(self, module: str, *arguments: str) -> str:
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, env=self._environment, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.mark.parametrize("neighbour", PACKAGES)
def test_thumbnails_are_moved_and_go_on_in_the_bucket(neighbour: str, moto: S3Server, tmp_path: Path) -> None:
    package = PACKAGES[neighbour]
    if importlib.util.find_spec(package.module) is None:
        missing(neighbour, f"pip install {package.pip}")
    site = NeighbourSite(tmp_path, neighbour, moto, moto.make_bucket())
    site.manage("migrate", "--run-syncdb", "--verbosity", "0")
    before = site.page(100)
    disk = site.on_disk()
    assert before["size"] == [100, 75]
    assert before["name"] in disk

    site.manage("medialift", "migrate", "--to", "cloud", "--yes")
    assert site.in_bucket() == disk
    site.switch()
    after, new = site.page(100), site.page(50)

    # Mails and caches hold the old name: it resolves, whatever the package shows now.
    assert site.in_bucket()[before["name"]] == disk[before["name"]]
    assert (after["name"] == before["name"]) is package.keeps
    assert (after["size"], new["size"][0]) == ([100, 75], 50)
    for shown in (after, new):
        assert "X-Amz-Signature" in shown["url"]
        assert httpx.get(shown["url"]).content == site.in_bucket()[shown["name"]]
    assert site.on_disk() == disk, "nothing is written to the disk any more"
