from __future__ import annotations

from tests.doctor.conftest import Bucket, examine, ids_of, the_finding
from tests.servers.proxy import FaultProxy
from tests.servers.rules import error, when


def test_a_key_without_list_permission_is_found(healthy: Bucket) -> None:
    healthy.allow(healthy.may_use(), healthy.may_know())
    outcomes = examine(healthy.store())
    assert ids_of(outcomes) == ["W017"]
    assert f"s3:ListBucket on {healthy.arn}" in the_finding(outcomes)
    assert "like media/*" in the_finding(outcomes)
    assert "answered with 403, as a forbidden one" in the_finding(outcomes)


def test_what_a_service_does_not_do_is_not_said(healthy: Bucket, proxy: FaultProxy) -> None:
    healthy.allow(healthy.may_use(), healthy.may_know())
    proxy.rules.append(when(error(404, "NoSuchKey"), operation="HeadObject"))
    outcomes = examine(healthy.store(proxy.server))
    assert ids_of(outcomes) == ["W017"]
    assert "403" not in the_finding(outcomes)
