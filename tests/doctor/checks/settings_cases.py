"""A bucket with every setting right, at the server that knows all of them, and one that is taken away."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType
from typing import Any

from medialift.doctor.check import Outcome
from medialift.doctor.checks import access_block, cors, encryption, lifecycle, ownership, versioning
from medialift.doctor.run import examine_store
from medialift.doctor.site import SiteFacts, StorageFacts
from medialift.stores import open_store
from tests.doctor.conftest import ORIGIN
from tests.servers.s3server import S3Server

CHECKS = [module.CHECK for module in (versioning, encryption, access_block, ownership, lifecycle, cors)]
PRIVATE = SiteFacts(storages=MappingProxyType({"cloud": StorageFacts("cloud", "private")}), origins=(ORIGIN,))
PUBLIC = dataclasses.replace(PRIVATE, storages=MappingProxyType({"cloud": StorageFacts("cloud", "public")}))
BLOCK: Any = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def right(server: S3Server) -> str:
    """A bucket in which nothing is to be found."""
    bucket = server.make_bucket()
    client: Any = server.client()
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    encrypted = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [encrypted]})
    put_access_block(server, bucket, BLOCK)
    owned = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    client.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=owned)
    put_lifecycle(server, bucket, "")
    put_cors(server, bucket, ORIGIN)
    return bucket


def put_access_block(server: S3Server, bucket: str, block: Any) -> None:
    server.client().put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=block)


def put_lifecycle(server: S3Server, bucket: str, prefix: str) -> None:
    abort = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    rule: Any = {"ID": "abort", "Status": "Enabled", "Filter": {"Prefix": prefix}, **abort}
    server.client().put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})


def put_cors(server: S3Server, bucket: str, origin: str, *methods: str) -> None:
    rule: Any = {"AllowedOrigins": [origin], "AllowedMethods": list(methods) or ["GET"]}
    server.client().put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})


def examine(server: S3Server, bucket: str, facts: SiteFacts = PRIVATE) -> list[Outcome]:
    return list(examine_store(facts, "cloud", open_store(server.spec(bucket, "media")), CHECKS))
