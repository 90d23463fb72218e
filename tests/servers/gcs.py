"""A Google Cloud Storage that runs here: the JSON API, as far as Google's own client needs it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.servers.missing import missing
from tests.servers.process import LOOPBACK, Process, accepts, find_program, free_port, running


@contextlib.contextmanager
def gcs(folder: Path) -> Iterator[tuple[str, Process]]:
    """Run ``gcp-storage-emulator`` (from the wheel of that name); gives its address. It checks no credentials."""
    program = find_program("gcp-storage-emulator") or missing("gcs", "pip install gcp-storage-emulator")
    port = free_port()
    command = [program, "start", "--host", LOOPBACK, "--port", str(port), "--in-memory"]
    with running("gcs", command, log=folder / "gcs.log") as process:
        process.wait_until(lambda: accepts(port), seconds=60)
        yield f"http://{LOOPBACK}:{port}", process
