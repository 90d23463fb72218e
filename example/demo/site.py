"""The example site as a person sees it: its command line, its pages, its files."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from example.demo.bucket import free_port, stop, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
FOREIGN = ("AWS_", "MEDIA_STORAGE_URL", "CLOUD_STORAGE_URL")


@dataclass(frozen=True)
class Site:
    """One site: the folder with its database and media, and the environment that configures it."""

    data: Path
    environment: Mapping[str, str]

    @property
    def media(self) -> Path:
        return self.data / "media"

    def with_environment(self, **more: str) -> Site:
        return replace(self, environment={**self.environment, **more})

    def manage(self, *arguments: str, accept: tuple[int, ...] = (0,)) -> str:
        """Run ``manage.py`` and give what it printed. Raises ``RuntimeError`` with all of it otherwise."""
        command = [sys.executable, "-m", "example", *arguments]
        answer = subprocess.run(command, cwd=ROOT, env=self._environ(), capture_output=True)
        if answer.returncode not in accept:
            told = (answer.stdout + answer.stderr).decode()
            raise RuntimeError(f"manage.py {' '.join(arguments)} ended with {answer.returncode}:\n{told}")
        return answer.stdout.decode()

    def ask(self, verb: str, *arguments: str, accept: tuple[int, ...] = (0,)) -> list[dict[str, Any]]:
        """Run a verb of medialift with ``--json`` and give its objects."""
        printed = self.manage("medialift", verb, *arguments, "--json", accept=accept)
        return [json.loads(line) for line in printed.splitlines()]

    @contextmanager
    def running(self) -> Iterator[str]:
        """Serve the site until the block ends, and give its address."""
        port = free_port()
        command = [sys.executable, "-m", "example", "runserver", "--noreload", f"127.0.0.1:{port}"]
        with (self.data / "site.log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=self._environ(), stdout=log, stderr=log)
            try:
                wait_for(port, process)
                yield f"http://127.0.0.1:{port}"
            finally:
                stop(process)

    def _environ(self) -> dict[str, str]:
        # A developer's own buckets and credentials have no part in this.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        return {**inherited, "EXAMPLE_DATA": str(self.data), **self.environment}


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 by name of every file below *folder* that lies within it; links that lead out are left out."""
    found = {}
    home = folder.resolve()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.resolve().is_relative_to(home):
            found[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def digest_of(listing: Mapping[str, str]) -> str:
    """One SHA-256 over the whole listing, in the form of ``sha256sum``'s lines sorted by name."""
    lines = (f"{digest}  {name}\n" for name, digest in sorted(listing.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
