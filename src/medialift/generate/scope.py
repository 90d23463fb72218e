"""What a policy is about: one bucket, the part of it that is the site's, and what the site does there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from medialift.errors import ConfigError

BUCKET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
"""S3's names, and the older ones of us-east-1. No name that fits can widen a policy: no ``*``, no ``/``."""

KMS_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Scope:
    """One bucket plus prefix, as policies speak of it.

    ``kms_key`` is the ARN of the key that encrypts the objects, if it is not S3's own. ``sets_acl`` and
    ``sets_tags`` say that uploads carry an ACL or tags, each of which is a permission of its own.
    ``unknown_actions`` are left out: the service would refuse a policy that names them.
    Raises :class:`~medialift.errors.ConfigError` for a bucket or a key that no policy can name.
    """

    bucket: str
    prefix: str = ""
    region: str = ""
    kms_key: str = ""
    sets_acl: bool = False
    sets_tags: bool = False
    unknown_actions: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not BUCKET_NAME.fullmatch(self.bucket):
            raise ConfigError(f"{self.bucket!r} is no name of a bucket", hint="Set bucket_name.")
        if self.kms_key and not KMS_KEY.fullmatch(self.kms_key):
            hint = "Policies name a key by its ARN, never by an alias: arn:aws:kms:REGION:ACCOUNT:key/ID"
            raise ConfigError(f"{self.kms_key!r} is no ARN of a KMS key", hint=hint)

    @property
    def partition(self) -> str:
        """The part of AWS that ARNs begin with, from the region.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
        """
        begins = {"us-gov-": "aws-us-gov", "cn-": "aws-cn"}
        return next((partition for start, partition in begins.items() if self.region.startswith(start)), "aws")

    @property
    def bucket_arn(self) -> str:
        return f"arn:{self.partition}:s3:::{self.bucket}"

    @property
    def objects(self) -> str:
        """Every key of the site as a pattern: ``media/*``."""
        return f"{literal(self.prefix)}/*" if self.prefix else "*"

    @property
    def objects_arn(self) -> str:
        return f"{self.bucket_arn}/{self.objects}"


def literal(text: str) -> str:
    """*text* as a policy pattern that matches only itself.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
    """
    return re.sub(r"[*?$]", lambda found: f"${{{found[0]}}}", text)
