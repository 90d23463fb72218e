from __future__ import annotations

from tests.doctor.conftest import Bucket, examine, ids_of, the_finding
from tests.servers.proxy import FaultProxy
from tests.servers.rules import flip_download, when


def test_a_refused_download_is_found(healthy: Bucket) -> None:
    # Denied, not only left out: at Ceph whoever stored an object owns it, and may read it.
    deny = {**healthy.may_use(["s3:GetObject"]), "Effect": "Deny"}
    healthy.allow(healthy.may_list(), healthy.may_use(), healthy.may_know(), deny)
    outcomes = examine(healthy.store())
    assert ids_of(outcomes) == ["E015"]
    assert "s3:GetObject" in the_finding(outcomes)


def test_other_bytes_are_found(healthy: Bucket, proxy: FaultProxy) -> None:
    proxy.rules.append(when(flip_download(3), operation="GetObject", times=1))
    outcomes = examine(healthy.store(proxy.server))
    assert ids_of(outcomes) == ["E015"]
    assert "other bytes" in the_finding(outcomes)
