"""The boto3 store keeps the contract on every server that runs here, over http and over TLS.

A short run meets each server once, over one of the schemes; `make prove` meets them all.
"""

from __future__ import annotations

import pytest

from tests.stores.s3.known import CEPH, MOTO, MOTO_GAPS, RCLONE, RCLONE_GAPS
from tests.stores.s3.on_server import OnServer


class TestOnMoto(OnServer):
    server_fixture = "moto"
    promises = MOTO
    known_gaps = MOTO_GAPS
    checks_signatures = False


@pytest.mark.prove
class TestOnMotoOverTls(OnServer):
    server_fixture = "moto_tls"
    promises = MOTO
    known_gaps = MOTO_GAPS
    checks_signatures = False


@pytest.mark.prove
class TestOnRclone(OnServer):
    server_fixture = "rclone"
    promises = RCLONE
    known_gaps = RCLONE_GAPS


@pytest.mark.prove
class TestOnRcloneOverTls(OnServer):
    server_fixture = "rclone_tls"
    promises = RCLONE
    known_gaps = RCLONE_GAPS


@pytest.mark.prove
class TestOnCeph(OnServer):
    server_fixture = "ceph"
    promises = CEPH


class TestOnCephOverTls(OnServer):
    server_fixture = "ceph_tls"
    promises = CEPH
