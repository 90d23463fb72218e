from __future__ import annotations

from tests.doctor.conftest import Bucket, examine, ids_of, the_finding


def test_a_key_without_list_permission_is_found(healthy: Bucket) -> None:
    healthy.allow(healthy.may_use(), healthy.may_know())
    outcomes = examine(healthy.store())
    assert ids_of(outcomes) == ["W017"]
    assert f"s3:ListBucket on {healthy.arn}" in the_finding(outcomes)
    assert "like media/*" in the_finding(outcomes)
