from __future__ import annotations

from medialift.doctor.check import State
from tests.doctor.checks.settings_cases import BLOCK, put_access_block
from tests.doctor.conftest import OBJECTS, Bucket, examine, ids_of, the_finding


def test_a_refused_upload_is_found(healthy: Bucket) -> None:
    reading = [action for action in OBJECTS if action != "s3:PutObject"]
    healthy.allow(healthy.may_list(), healthy.may_use(reading), healthy.may_know())
    outcomes = examine(healthy.store())
    assert ids_of(outcomes) == ["E014"]
    assert f"s3:PutObject on {healthy.arn}/media/*" in the_finding(outcomes)
    assert {"E015", "E016", "E018"} <= set(ids_of(outcomes, State.UNKNOWN))


def test_a_deny_policy_on_the_prefix_is_found(healthy: Bucket) -> None:
    deny = {**healthy.may_use(["s3:PutObject"]), "Effect": "Deny"}
    healthy.allow(healthy.may_list(), healthy.may_use(), healthy.may_know(), deny)
    assert ids_of(examine(healthy.store())) == ["E014"]


class TestASwitchThatShutsUploadsOut:
    """https://tracker.ceph.com/issues/49135"""

    def test_it_is_named_with_the_command_that_helps(self, healthy: Bucket) -> None:
        # Ceph 16 shows the block to whoever may read the bucket's policy.
        know = healthy.may_know()
        healthy.allow(
            healthy.may_list(), healthy.may_use(), {**know, "Action": [*know["Action"], "s3:GetBucketPolicy"]}
        )
        put_access_block(healthy.owner, healthy.name, BLOCK)
        outcomes = examine(healthy.store())
        assert ids_of(outcomes) == ["E014"]
        assert "because BlockPublicAcls shuts uploads out here" in the_finding(outcomes)
        assert "BlockPublicAcls=false,IgnorePublicAcls=true" in the_finding(outcomes)
        put_access_block(healthy.owner, healthy.name, {**BLOCK, "BlockPublicAcls": False})
        assert ids_of(examine(healthy.store())) == []

    def test_it_is_a_guess_where_these_credentials_may_not_know(self, healthy: Bucket) -> None:
        put_access_block(healthy.owner, healthy.name, BLOCK)
        told = the_finding(examine(healthy.store()))
        assert f"Allow s3:PutObject on {healthy.arn}/media/*" in told
        assert "If it is allowed, BlockPublicAcls may shut uploads out: aws --endpoint-url" in told
