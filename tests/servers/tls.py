"""A certificate authority that lives for one test run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificate:
    """Files of a server certificate for 127.0.0.1 and localhost; clients trust ``ca_file``."""

    ca_file: Path
    cert_file: Path
    key_file: Path
    both_file: Path
    """Private key and chain in one file, as some servers want it."""


def make_certificate(folder: Path) -> Certificate:
    authority = trustme.CA()
    server = authority.issue_cert("127.0.0.1", "localhost", "*.localhost")
    certificate = Certificate(*(folder / name for name in ("ca.pem", "cert.pem", "key.pem", "both.pem")))
    authority.cert_pem.write_to_path(certificate.ca_file)
    server.private_key_pem.write_to_path(certificate.key_file)
    for blob in server.cert_chain_pems:
        blob.write_to_path(certificate.cert_file, append=True)
    server.private_key_and_cert_chain_pem.write_to_path(certificate.both_file)
    return certificate
