from __future__ import annotations

from tests.doctor.checks.settings_cases import BLOCK, PUBLIC, examine, put_access_block, right
from tests.doctor.conftest import ids_of
from tests.servers.s3server import S3Server


def test_a_private_bucket_that_could_become_public_is_found(moto: S3Server) -> None:
    bucket = right(moto)
    assert ids_of(examine(moto, bucket)) == []
    open_to_policies = {**BLOCK, "BlockPublicPolicy": False}
    put_access_block(moto, bucket, open_to_policies)
    assert ids_of(examine(moto, bucket)) == ["W022"]
    moto.client().delete_public_access_block(Bucket=bucket)
    assert ids_of(examine(moto, bucket)) == ["W022"]
    assert ids_of(examine(moto, bucket, PUBLIC)) == []
