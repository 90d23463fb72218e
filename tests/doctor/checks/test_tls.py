from __future__ import annotations

import dataclasses

from medialift.doctor.check import State
from tests.doctor.conftest import Bucket, examine, ids_of, the_finding
from tests.servers.s3server import S3Server


def test_a_certificate_of_an_unknown_authority_is_found(healthy: Bucket, ceph_tls: S3Server) -> None:
    untrusting = dataclasses.replace(ceph_tls.as_other_account(), ca_file=None)
    outcomes = examine(healthy.store(untrusting, client={"max_attempts": 1}))
    assert ids_of(outcomes) == ["E009"]
    assert "verify" in the_finding(outcomes)


def test_a_trusted_certificate_is_good(healthy: Bucket, ceph_tls: S3Server) -> None:
    assert "E009" in ids_of(examine(healthy.store(ceph_tls.as_other_account())), State.OK)
