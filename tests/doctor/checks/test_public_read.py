from __future__ import annotations

from tests.doctor.conftest import PUBLIC, Bucket, examine, ids_of, let_everybody


def test_public_files_that_nobody_can_fetch_are_found(healthy: Bucket) -> None:
    assert ids_of(examine(healthy.store(), PUBLIC)) == ["E028"]
    let_everybody(healthy, "s3:GetObject", f"{healthy.arn}/*")
    assert ids_of(examine(healthy.store(), PUBLIC)) == []
