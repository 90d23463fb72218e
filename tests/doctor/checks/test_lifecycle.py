from __future__ import annotations

from tests.doctor.checks.settings_cases import examine, put_lifecycle, right
from tests.doctor.conftest import ids_of
from tests.servers.s3server import S3Server


def test_unfinished_uploads_that_stay_are_found(moto: S3Server) -> None:
    bucket = right(moto)
    assert ids_of(examine(moto, bucket)) == []
    put_lifecycle(moto, bucket, "media/")
    assert ids_of(examine(moto, bucket)) == []
    put_lifecycle(moto, bucket, "other/")
    assert ids_of(examine(moto, bucket)) == ["W024"]
    moto.client().delete_bucket_lifecycle(Bucket=bucket)
    assert ids_of(examine(moto, bucket)) == ["W024"]
