"""The bulk lane keeps the same contract as the boto3 store."""

from __future__ import annotations

from typing import Any

import pytest

from medialift.stores.base import ObjectStore
from medialift.stores.spec import StoreSpec
from tests.stores.s3.known import CEPH, MOTO, MOTO_GAPS, RCLONE, RCLONE_GAPS
from tests.stores.s3.on_server import OnServer


class BulkOnServer(OnServer):
    def open(self, spec: StoreSpec, **changes: Any) -> ObjectStore:
        return self.open_boto3(spec, **changes).bulk_lane(connections=8)


@pytest.mark.prove
class TestBulkOnMoto(BulkOnServer):
    server_fixture = "moto"
    promises = MOTO
    known_gaps = MOTO_GAPS
    checks_signatures = False


@pytest.mark.prove
class TestBulkOnMotoOverTls(BulkOnServer):
    server_fixture = "moto_tls"
    promises = MOTO
    known_gaps = MOTO_GAPS
    checks_signatures = False


class TestBulkOnRclone(BulkOnServer):
    server_fixture = "rclone"
    promises = RCLONE
    known_gaps = RCLONE_GAPS


@pytest.mark.prove
class TestBulkOnRcloneOverTls(BulkOnServer):
    server_fixture = "rclone_tls"
    promises = RCLONE
    known_gaps = RCLONE_GAPS


class TestBulkOnCeph(BulkOnServer):
    server_fixture = "ceph"
    promises = CEPH


@pytest.mark.prove
class TestBulkOnCephOverTls(BulkOnServer):
    server_fixture = "ceph_tls"
    promises = CEPH
