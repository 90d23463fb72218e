from __future__ import annotations

from tests.doctor.checks.settings_cases import examine, put_cors, right
from tests.doctor.conftest import ids_of
from tests.servers.s3server import S3Server


def test_a_bucket_without_the_sites_origin_is_found(moto: S3Server) -> None:
    bucket = right(moto)
    assert ids_of(examine(moto, bucket)) == []
    put_cors(moto, bucket, "https://*.example.com")
    assert ids_of(examine(moto, bucket)) == []
    for origin, method in (("https://other.example.com", "GET"), ("https://www.example.com", "PUT")):
        put_cors(moto, bucket, origin, method)
        assert ids_of(examine(moto, bucket)) == ["W025"]
    moto.client().delete_bucket_cors(Bucket=bucket)
    assert ids_of(examine(moto, bucket)) == ["W025"]
