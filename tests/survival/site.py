"""A small site on this machine, and its command line as a process that can be killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cli.conftest import FILE_SYSTEM, Ran
from tests.servers.s3server import S3Server
from tests.survival.databases import Database

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "media"
PROVIDERS = {"moto": "minio"}
"""moto honours conditions and has MD5s for ETags as MinIO does, and neither is believed of an unknown service."""

LONGEST = 300
"""Seconds that one verb may take before a test gives it up."""


@dataclass
class Mover:
    """One verb in a process group of its own."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def kill(self) -> None:
        """``kill -9`` of the whole process group."""
        self._signal(signal.SIGKILL)

    def interrupt(self) -> None:
        """What Ctrl-C on a terminal does."""
        self._signal(signal.SIGINT)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    @property
    def runs(self) -> bool:
        return self.process.poll() is None

    def lasts(self, seconds: float) -> bool:
        """Whether it still runs after so many seconds; does not wait longer than it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=seconds)
        return self.runs

    def ended(self, timeout: float = LONGEST) -> Ran:
        """Wait for the end."""
        try:
            self.process.wait(timeout=timeout)
        finally:
            self.kill()
        code = self.process.wait(timeout=10)
        return Ran(code, self.out.read_text(encoding="utf-8"), self.err.read_text(encoding="utf-8"), "")


@dataclass
class Site:
    """A site with its media in ``media`` and an alias ``cloud`` for a bucket on a server."""

    home: Path
    database: Database
    server: S3Server
    bucket: str
    media: Path
    options: dict[str, Any] = field(default_factory=dict)
    """Further OPTIONS of the alias ``cloud``."""
    buckets: dict[str, str] = field(default_factory=dict)
    """Buckets of the same server by further aliases."""
    environment: dict[str, str] = field(default_factory=dict)
    _started: int = 0

    def configure(self) -> None:
        """Write the settings as they are to be from now on."""
        service = {
            "provider": PROVIDERS.get(self.server.name, self.server.provider),
            "prefix": PREFIX,
            "region": self.server.region,
            "endpoint_url": self.server.endpoint_url,
            "addressing_style": "path",
            "access_key_id": self.server.access_key_id,
            "secret_access_key": self.server.secret_access_key,
        }
        places: dict[str, Any] = {"cloud": {"bucket": self.bucket, **self.options}}
        places.update({alias: {"bucket": bucket} for alias, bucket in self.buckets.items()})
        storages: dict[str, Any] = {"default": {"BACKEND": FILE_SYSTEM}}
        for alias, options in places.items():
            storages[alias] = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {**service, **options}}
        site = {"databases": {"default": self.database.settings}, "media": str(self.media), "storages": storages}
        (self.home / "site.json").write_text(json.dumps(site), encoding="utf-8")

    def write(self, files: Mapping[str, bytes], *, rows: bool = True) -> None:
        """Put *files* into the folder, and a row for each into the database."""
        for name, body in files.items():
            path = self.media / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        if rows:
            self.add_rows(files)

    def add_rows(self, names: Iterable[str]) -> None:
        self.database.insert("INSERT INTO scrapbook_sticker (image) VALUES (%s)", [(name,) for name in names])

    def start(self, verb: str, *arguments: str) -> Mover:
        """Start ``manage.py medialift …`` and do not wait for it."""
        self._started += 1
        out, err = (self.home / f"{self._started}.{stream}" for stream in ("out", "err"))
        command = [sys.executable, str(ROOT / "manage.py"), "medialift", verb, *arguments]
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                command, env=self.environ(), stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr,
                start_new_session=True,
            )  # fmt: skip
        return Mover(process, out, err)

    def run(self, verb: str, *arguments: str) -> Ran:
        return self.start(verb, *arguments).ended()

    def migrate(self, *arguments: str) -> Ran:
        return self.run("migrate", "--to", "cloud", "--json", *arguments)

    def environ(self) -> dict[str, str]:
        # A developer's own buckets and credentials have no part in this.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        own = {"SITE_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "tests.survival.project"}
        return {**inherited, **own, **self.environment}
