"""The bucket's own policy: who may come at all, whatever policies the comers bring."""

from __future__ import annotations

from medialift.generate.iam_policy import Document, Statement, document
from medialift.generate.scope import Scope, literal


def policy(scope: Scope, public_prefix: str | None = None, *, over_tls: bool = True) -> Document:
    """Only over TLS; and where one was named, a folder that everybody may read."""
    tls = [tls_only(scope)] if over_tls else []
    return document(*tls, *([] if public_prefix is None else [public_read(scope, public_prefix)]))


def tls_only(scope: Scope) -> Statement:
    """Refuses every request that travels in the clear.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    """
    return {
        "Sid": "MedialiftOnlyOverTLS",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [scope.bucket_arn, f"{scope.bucket_arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def public_read(scope: Scope, prefix: str) -> Statement:
    """Everybody may fetch what lies below *prefix* (empty: the whole bucket), and nobody gets a list of it."""
    folder = f"{literal(prefix.strip('/'))}/*" if prefix.strip("/") else "*"
    return {
        "Sid": "MedialiftPublicRead",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"{scope.bucket_arn}/{folder}",
    }
