"""How a bucket of media should be set up, in the words of S3's own API.

Each value is what the API's ``Put…`` request of that setting takes:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from medialift.errors import ConfigError
from medialift.generate import bucket_policy
from medialift.generate.scope import Scope
from medialift.stores.bucket_configuration import Setting, Value

ABORT_AFTER_DAYS = 7
"""Parts of an unfinished upload are invisible, and billed."""

ORIGIN = re.compile(r"https?://[^/?#\s*]*\*?[^/?#\s*]*")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a site wants of its bucket.

    ``origins`` are those whose pages fetch media by script or upload directly. ``public_prefix`` is a
    folder of the bucket that everybody may read (``""`` is the whole bucket, ``None`` nothing).
    ``keep_versions_days`` is how long a replaced or deleted file can be brought back. Without ``over_tls`` the
    site itself speaks to the bucket in the clear, and a policy against that would shut it out.
    ``harmful_switches`` of the public access block stay off, because the service would shut the site out by them.
    Raises :class:`~medialift.errors.ConfigError` for an origin that browsers do not send, and for wishes
    that exclude each other.
    """

    scope: Scope
    origins: tuple[str, ...] = ()
    public_prefix: str | None = None
    keep_versions_days: int = 30
    over_tls: bool = True
    harmful_switches: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for origin in self.origins:
            if not ORIGIN.fullmatch(origin):
                hint = "An origin is a scheme, a host and perhaps a port, without a path: https://www.example.org"
                raise ConfigError(f"{origin!r} is no origin", hint=hint)
        if self.scope.sets_acl:
            raise ConfigError(
                "uploads carry an ACL, and a bucket whose owner owns every object refuses those",
                hint="Remove default_acl (or ACL in object_parameters) from the storage's OPTIONS first.",
            )
        if self.scope.kms_key and self.public_prefix is not None:
            raise ConfigError(
                "nobody without credentials can read what a KMS key encrypts",
                hint="Keep public files in a bucket with S3's own encryption.",
            )


def settings(wishes: Wishes) -> dict[Setting, Value]:
    """Every setting that the wishes need, in the order in which to make them."""
    found: dict[Setting, Value] = {
        Setting.PUBLIC_ACCESS_BLOCK: public_access_block(wishes),
        Setting.OWNERSHIP: {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        Setting.ENCRYPTION: {"Rules": [encryption(wishes.scope)]},
        Setting.VERSIONING: {"Status": "Enabled"},
        Setting.LIFECYCLE: {"Rules": lifecycle(wishes)},
    }
    if wishes.origins:
        found[Setting.CORS] = {"CORSRules": [cors(wishes.origins)]}
    policy = bucket_policy.policy(wishes.scope, wishes.public_prefix, over_tls=wishes.over_tls)
    if policy["Statement"]:
        found[Setting.POLICY] = policy
    return found


IN_THE_CLEAR = "The address is http: a policy that refuses what travels in the clear is left out."


def is_over_tls(endpoint_url: str | None) -> bool:
    """Whether a site that speaks to this address does so over TLS; the services' own addresses are."""
    return not (endpoint_url or "").lower().startswith("http://")


def public_access_block(wishes: Wishes) -> dict[str, bool]:
    """All that can be closed; the switches about policies stay open for a public folder that was asked for."""
    closed = wishes.public_prefix is None
    switches = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": closed,
        "RestrictPublicBuckets": closed,
    }
    return {name: on and name not in wishes.harmful_switches for name, on in switches.items()}


def encryption(scope: Scope) -> dict[str, Any]:
    """S3's own keys, or the one that was named; with a bucket key KMS is asked once for many objects."""
    if not scope.kms_key:
        return {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    named = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": scope.kms_key}
    return {"ApplyServerSideEncryptionByDefault": named, "BucketKeyEnabled": True}


def lifecycle(wishes: Wishes) -> list[dict[str, Any]]:
    """Rules of the site's own prefix; those of neighbours are their business."""
    prefix = f"{wishes.scope.prefix}/" if wishes.scope.prefix else ""
    common = {"Status": "Enabled", "Filter": {"Prefix": prefix}}
    name = re.sub(r"[^A-Za-z0-9]+", "-", prefix).strip("-") or "all"
    return [
        {
            "ID": f"medialift-abort-uploads-{name}",
            **common,
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABORT_AFTER_DAYS},
        },
        {
            "ID": f"medialift-expire-versions-{name}",
            **common,
            "NoncurrentVersionExpiration": {"NoncurrentDays": wishes.keep_versions_days},
        },
    ]


def cors(origins: tuple[str, ...]) -> dict[str, Any]:
    """Fetching by script, and direct uploads in every way. ``ETag`` is shown to scripts that tell versions apart."""
    return {
        "ID": "medialift",
        "AllowedOrigins": list(origins),
        "AllowedMethods": ["GET", "HEAD", "PUT", "POST"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 3600,
    }
