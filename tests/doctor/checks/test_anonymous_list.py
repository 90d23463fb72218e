from __future__ import annotations

from tests.doctor.conftest import Bucket, examine, ids_of, let_everybody


def test_a_bucket_that_everybody_can_list_is_found(healthy: Bucket) -> None:
    let_everybody(healthy, "s3:ListBucket", healthy.arn, Condition={"StringLike": {"s3:prefix": ["media", "media/*"]}})
    assert ids_of(examine(healthy.store())) == ["E029"]
