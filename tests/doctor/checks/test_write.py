from __future__ import annotations

from medialift.doctor.check import State
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
