"""The boto3 store keeps the contract on every server that runs here, over http and over TLS."""

from __future__ import annotations

from tests.stores.s3.known import MOTO, MOTO_GAPS, RCLONE, RCLONE_GAPS
from tests.stores.s3.on_server import OnServer


class TestOnMoto(OnServer):
    server_fixture = "moto"
    promises = MOTO
    known_gaps = MOTO_GAPS
    checks_signatures = False


class TestOnMotoOverTls(TestOnMoto):
    server_fixture = "moto_tls"


class TestOnRclone(OnServer):
    server_fixture = "rclone"
    promises = RCLONE
    known_gaps = RCLONE_GAPS


class TestOnRcloneOverTls(TestOnRclone):
    server_fixture = "rclone_tls"


class TestOnCeph(OnServer):
    server_fixture = "ceph"


class TestOnCephOverTls(TestOnCeph):
    server_fixture = "ceph_tls"
