"""IAM policies with the least that each role needs, as documents of the policy language of 2012-10-17.

Which action an operation needs:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from medialift.generate.scope import Scope

Statement = dict[str, Any]
Document = dict[str, Any]

CONFIGURATION = (
    "s3:GetBucketAcl",
    "s3:GetBucketCORS",
    "s3:GetBucketLocation",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPolicyStatus",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketVersioning",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:ListBucketMultipartUploads",
)
"""What is read of a bucket to judge it. None of them reads an object, and none changes anything."""

MULTIPART = ("s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
"""Starting, filling and completing a multipart upload is ``s3:PutObject``; these are for giving one up."""


def app(scope: Scope) -> Document:
    """For the running site: everything under its prefix, nothing beside it."""
    actions = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", *MULTIPART, *_carried(scope))
    return document(_listing(scope), _objects("Objects", scope, actions), *_encryption(scope))


def doctor(scope: Scope) -> Document:
    """For checking the bucket: attached beside :func:`app`, and detached at any time. Changes nothing."""
    known = [action for action in CONFIGURATION if action not in scope.unknown_actions]
    return document(_statement("BucketConfiguration", known, scope.bucket_arn))


def mover(scope: Scope) -> Document:
    """For a move into the bucket: may read and create, may neither overwrite nor delete.

    Overwriting is refused because every write must carry ``If-None-Match``, which S3 enforces by
    ``s3:if-none-match``; ``s3:ObjectCreationOperation`` leaves out the parts of a multipart upload,
    whose last request must carry it again. As an explicit denial it holds whatever else is attached.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    """
    actions = ("s3:GetObject", "s3:PutObject", *MULTIPART, *_carried(scope))
    return document(
        _listing(scope),
        _objects("ReadAndCreate", scope, actions),
        only_creating(scope),
        _never_delete(scope),
        *_encryption(scope),
    )


def upload(scope: Scope) -> Document:
    """For the credentials that sign uploads from browsers: may write, may neither read, list nor delete."""
    actions = ("s3:PutObject", "s3:AbortMultipartUpload", *_carried(scope))
    return document(_objects("Upload", scope, actions), *_encryption(scope))


def restore(scope: Scope) -> Document:
    """For bringing back what was replaced or deleted: attached beside :func:`app`, and detached at any time.

    A version is copied over its own key, so nothing is deleted, and no version is destroyed. Whether the bucket
    keeps versions is asked first.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html
    """
    tags = ("s3:GetObjectVersionTagging",) if scope.sets_tags else ()
    actions = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", *MULTIPART, *_carried(scope), *tags)
    return document(
        _statement("WhetherVersionsAreKept", ("s3:GetBucketVersioning",), scope.bucket_arn),
        _listing(scope, "ListVersions", "s3:ListBucketVersions"),
        _objects("BringBack", scope, actions),
        *_encryption(scope),
    )


ROLES: Mapping[str, Callable[[Scope], Document]] = MappingProxyType(
    {"app": app, "doctor": doctor, "mover": mover, "upload": upload, "restore": restore}
)


def document(*statements: Statement) -> Document:
    """A policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def only_creating(scope: Scope) -> Statement:
    """Denies every write that would replace what is there."""
    return {
        "Sid": "NeverOverwrite",
        "Effect": "Deny",
        "Action": "s3:PutObject",
        "Resource": scope.objects_arn,
        "Condition": {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}},
    }


def _never_delete(scope: Scope) -> Statement:
    denied = _objects("NeverDelete", scope, ("s3:DeleteObject", "s3:DeleteObjectVersion"))
    return {**denied, "Effect": "Deny"}


def _listing(scope: Scope, sid: str = "List", action: str = "s3:ListBucket") -> Statement:
    """Listing (of objects, or of their versions), of the site's prefix only.

    The condition names ``media/*`` and not ``media``: a request for the prefix ``media`` would also
    show what lies in ``media-private/``.
    """
    statement = _statement(sid, (action,), scope.bucket_arn)
    if scope.prefix:
        statement["Condition"] = {"StringLike": {"s3:prefix": scope.objects}}
    return statement


def _objects(sid: str, scope: Scope, actions: Sequence[str]) -> Statement:
    return _statement(sid, actions, scope.objects_arn)


def _statement(sid: str, actions: Sequence[str], resource: str) -> Statement:
    action = actions[0] if len(actions) == 1 else list(actions)
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}


def _carried(scope: Scope) -> tuple[str, ...]:
    """What uploads carry beside their bytes, each with an action of its own."""
    wanted = {"s3:PutObjectAcl": scope.sets_acl, "s3:PutObjectTagging": scope.sets_tags}
    return tuple(action for action, is_needed in wanted.items() if is_needed)


def _encryption(scope: Scope) -> tuple[Statement, ...]:
    """Writing needs a data key; reading, and the parts of a multipart upload, need it decrypted."""
    if not scope.kms_key:
        return ()
    return (_statement("EncryptionKey", ("kms:Decrypt", "kms:GenerateDataKey"), scope.kms_key),)
