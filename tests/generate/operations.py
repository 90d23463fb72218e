"""What somebody may try at a bucket, each as one call of a plain boto3 client."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Attempt = Callable[["S3Client", str, str], object]
"""Tries one operation with a client at a bucket, on the folder (or the key below it) that is given."""

PART = b"p" * 100


def _multipart(client: S3Client, bucket: str, folder: str) -> object:
    key = f"{folder}many-parts.bin"
    upload = client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    part = client.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=PART)
    client.list_parts(Bucket=bucket, Key=key, UploadId=upload)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    return client.complete_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, MultipartUpload=parts)  # type: ignore[arg-type]


def _gives_up(client: S3Client, bucket: str, folder: str) -> object:
    key = f"{folder}given-up.bin"
    upload = client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    client.upload_part(Bucket=bucket, Key=key, UploadId=upload, PartNumber=1, Body=PART)
    return client.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload)


ON_OBJECTS: dict[str, Attempt] = {
    "read": lambda client, bucket, folder: client.get_object(Bucket=bucket, Key=f"{folder}there.txt"),
    "head": lambda client, bucket, folder: client.head_object(Bucket=bucket, Key=f"{folder}there.txt"),
    "list": lambda client, bucket, folder: client.list_objects_v2(Bucket=bucket, Prefix=folder),
    "list v1": lambda client, bucket, folder: client.list_objects(Bucket=bucket, Prefix=folder),
    "list one level": lambda client, bucket, folder: client.list_objects_v2(
        Bucket=bucket, Prefix=folder, Delimiter="/"
    ),
    "create": lambda client, bucket, folder: client.put_object(
        Bucket=bucket, Key=f"{folder}new.txt", Body=b"new", IfNoneMatch="*"
    ),
    "create in parts": _multipart,
    "give up parts": _gives_up,
    "delete": lambda client, bucket, folder: client.delete_object(Bucket=bucket, Key=f"{folder}doomed.txt"),
}

ON_THE_BUCKET: dict[str, Attempt] = {
    "read versioning": lambda client, bucket, _: client.get_bucket_versioning(Bucket=bucket),
    "read cors": lambda client, bucket, _: client.get_bucket_cors(Bucket=bucket),
    "read lifecycle": lambda client, bucket, _: client.get_bucket_lifecycle_configuration(Bucket=bucket),
    "read policy": lambda client, bucket, _: client.get_bucket_policy(Bucket=bucket),
    "read policy status": lambda client, bucket, _: client.get_bucket_policy_status(Bucket=bucket),
    "read public access block": lambda client, bucket, _: client.get_public_access_block(Bucket=bucket),
    "read acl": lambda client, bucket, _: client.get_bucket_acl(Bucket=bucket),
    "read object lock": lambda client, bucket, _: client.get_object_lock_configuration(Bucket=bucket),
    "read location": lambda client, bucket, _: client.get_bucket_location(Bucket=bucket),
    "read unfinished uploads": lambda client, bucket, _: client.list_multipart_uploads(Bucket=bucket),
}

ON_VERSIONS: dict[str, Attempt] = {
    "list versions": lambda client, bucket, folder: client.list_object_versions(Bucket=bucket, Prefix=folder),
    "read an earlier version": lambda client, bucket, folder: client.get_object(
        Bucket=bucket, Key=f"{folder}there.txt", VersionId=_earlier(client, bucket, f"{folder}there.txt")
    ),
    "bring back an earlier version": lambda client, bucket, folder: client.copy_object(
        Bucket=bucket,
        Key=f"{folder}there.txt",
        CopySource={
            "Bucket": bucket,
            "Key": f"{folder}there.txt",
            "VersionId": _earlier(client, bucket, f"{folder}there.txt"),
        },
    ),
}
"""What bringing a file back takes, in a bucket where ``there.txt`` has an earlier version."""


def _earlier(client: S3Client, bucket: str, key: str) -> str:
    found = client.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    return next(version["VersionId"] for version in found if not version["IsLatest"])


NEVER: dict[str, Attempt] = {
    "list everything": lambda client, bucket, _: client.list_objects_v2(Bucket=bucket),
    "list what only begins alike": lambda client, bucket, folder: client.list_objects_v2(
        Bucket=bucket, Prefix=folder.rstrip("/")
    ),
    "copy a neighbour's file in": lambda client, bucket, folder: client.copy_object(
        Bucket=bucket, Key=f"{folder}stolen.txt", CopySource={"Bucket": bucket, "Key": "media-private/there.txt"}
    ),
    "list everybody's versions": lambda client, bucket, _: client.list_object_versions(Bucket=bucket),
    "delete the bucket": lambda client, bucket, _: client.delete_bucket(Bucket=bucket),
    "set versioning": lambda client, bucket, _: client.put_bucket_versioning(
        Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
    ),
    "set cors": lambda client, bucket, _: client.put_bucket_cors(
        Bucket=bucket, CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    ),
    "set policy": lambda client, bucket, _: client.put_bucket_policy(
        Bucket=bucket, Policy='{"Version": "2012-10-17", "Statement": []}'
    ),
    "set acl": lambda client, bucket, _: client.put_bucket_acl(Bucket=bucket, ACL="public-read"),
    "set an object's acl": lambda client, bucket, folder: client.put_object_acl(
        Bucket=bucket, Key=f"{folder}there.txt", ACL="public-read"
    ),
    "set public access block": lambda client, bucket, _: client.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": False}
    ),
}


def is_allowed(attempt: Attempt, client: S3Client, bucket: str, folder: str) -> bool:
    """Whether the server lets it happen. An answer such as "not configured" is given only to those who may ask."""
    try:
        attempt(client, bucket, folder)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status not in (403, 404):
            raise
        return status == 404
    return True
