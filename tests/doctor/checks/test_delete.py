from __future__ import annotations

from tests.doctor.conftest import OBJECTS, Bucket, examine, ids_of, the_finding


def test_a_refused_deletion_is_found_and_what_stays_is_named(healthy: Bucket) -> None:
    keeping = [action for action in OBJECTS if action != "s3:DeleteObject"]
    healthy.allow(healthy.may_list(), healthy.may_use(keeping), healthy.may_know())
    outcomes = examine(healthy.store())
    assert ids_of(outcomes) == ["E016"]
    assert "stays in medialift-doctor/" in the_finding(outcomes)
    assert {key.rpartition("/")[0] for key in healthy.contents()} == {"media/medialift-doctor"}
