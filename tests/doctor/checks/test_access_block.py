from __future__ import annotations

import dataclasses

from tests.doctor.checks.settings_cases import BLOCK, PUBLIC, examine, put_access_block, right
from tests.doctor.conftest import ids_of, the_finding
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


def test_a_switch_that_does_harm_at_a_service_is_not_asked_for_there(moto: S3Server) -> None:
    bucket = right(moto)
    ceph = dataclasses.replace(moto, provider="ceph")
    put_access_block(moto, bucket, {**BLOCK, "BlockPublicAcls": False})
    assert ids_of(examine(ceph, bucket)) == []
    assert ids_of(examine(dataclasses.replace(moto, provider="s3"), bucket)) == ["W022"]
    put_access_block(moto, bucket, {**BLOCK, "BlockPublicAcls": False, "IgnorePublicAcls": False})
    outcomes = examine(ceph, bucket)
    assert ids_of(outcomes) == ["W022"]
    assert "BlockPublicAcls=false,IgnorePublicAcls=true" in the_finding(outcomes)
