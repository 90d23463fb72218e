from __future__ import annotations

from tests.doctor.checks.settings_cases import examine, right
from tests.doctor.conftest import ids_of
from tests.servers.s3server import S3Server


def test_a_bucket_that_is_not_encrypted_is_found(moto: S3Server) -> None:
    bucket = right(moto)
    assert ids_of(examine(moto, bucket)) == []
    moto.client().delete_bucket_encryption(Bucket=bucket)
    assert ids_of(examine(moto, bucket)) == ["W021"]
