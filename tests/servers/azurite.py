"""Microsoft's own emulator of Azure Blob Storage."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.servers.missing import missing
from tests.servers.process import LOOPBACK, Process, accepts, find_program, free_port, running

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The well-known account of every emulator: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite"""


@contextlib.contextmanager
def azurite(folder: Path) -> Iterator[tuple[str, Process]]:
    """Run ``azurite-blob`` (from npm); gives a connection string."""
    program = find_program("azurite-blob") or missing("azurite", "npm install --global azurite")
    port = free_port()
    command = [program, "--blobHost", LOOPBACK, "--blobPort", str(port), "--inMemoryPersistence"]
    # The SDK from PyPI is newer than the emulator, and both would rather tell Microsoft about it.
    command += ["--skipApiVersionCheck", "--disableTelemetry"]
    with running("azurite", command, log=folder / "azurite.log") as process:
        process.wait_until(lambda: accepts(port), seconds=60)
        endpoint = f"http://{LOOPBACK}:{port}/{ACCOUNT}"
        yield f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};BlobEndpoint={endpoint};", process
