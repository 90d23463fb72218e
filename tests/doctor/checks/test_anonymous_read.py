from __future__ import annotations

from tests.doctor.conftest import Bucket, examine, ids_of, let_everybody, the_finding


def test_a_private_store_in_a_public_bucket_is_found(healthy: Bucket) -> None:
    let_everybody(healthy, "s3:GetObject", f"{healthy.arn}/*")
    outcomes = examine(healthy.store())
    assert ids_of(outcomes) == ["E027"]
    assert "private files of STORAGES['cloud']" in the_finding(outcomes)
