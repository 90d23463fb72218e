from __future__ import annotations

from tests.doctor.checks.settings_cases import examine, right
from tests.doctor.conftest import ids_of
from tests.servers.s3server import S3Server


def test_a_bucket_with_acls_is_found(moto: S3Server) -> None:
    bucket = right(moto)
    assert ids_of(examine(moto, bucket)) == []
    moto.client().delete_bucket_ownership_controls(Bucket=bucket)
    assert ids_of(examine(moto, bucket)) == ["W023"]
    controls = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    moto.client().put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls)  # type: ignore[arg-type]
    assert ids_of(examine(moto, bucket)) == ["W023"]
