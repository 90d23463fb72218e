"""moto's server: the widest S3 API, and hardly any of it enforced."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.servers.process import LOOPBACK, Process, accepts, free_port, running
from tests.servers.s3server import Limits, S3Server
from tests.servers.tls import Certificate

LIMITS = Limits(
    known_gaps={
        "test_an_awkward_key_is_kept_or_refused_as_the_rules_say[newline]": (
            "moto finds no bucket in a path with a newline"
        ),
    },
    cannot_show=(
        "wrong credentials are refused (every key and secret is accepted, presigned URLs included)",
        "a damaged body is refused (a wrong payload hash or Content-MD5 is accepted)",
        "a signed URL expires",
        "a private bucket is private",
        "a signature for another region is refused",
    ),
)


@contextlib.contextmanager
def moto(folder: Path, certificate: Certificate | None = None) -> Iterator[tuple[S3Server, Process]]:
    """Run moto's server (from the wheel ``moto[server]``), over TLS if a certificate is given."""
    port = free_port()
    command = [sys.executable, "-m", "tests.servers.moto_program", "-H", LOOPBACK, "-p", str(port)]
    if certificate:
        command += ["-c", str(certificate.cert_file), "-k", str(certificate.key_file)]
    with running("moto", command, log=folder / "moto.log") as process:
        process.wait_until(lambda: accepts(port), seconds=60)
        yield _server(port, certificate), process


def _server(port: int, certificate: Certificate | None) -> S3Server:
    return S3Server(
        name="moto",
        endpoint_url=f"{'https' if certificate else 'http'}://{LOOPBACK}:{port}",
        access_key_id="moto",
        secret_access_key="moto-secret",
        ca_file=str(certificate.ca_file) if certificate else None,
    )
