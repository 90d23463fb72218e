"""Asks an S3 service for the settings of a bucket.

Codes that mean "not configured" are those of https://docs.aws.amazon.com/AmazonS3/latest/API/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from medialift.errors import AccessDeniedError, StoreError, UnsupportedError
from medialift.stores.bucket_settings import BucketSettings, CorsRule, LifecycleRule, PublicAccessBlock, Silence
from medialift.stores.s3.errors import code_of
from medialift.stores.s3.requests import Requests

ABSENT = frozenset(
    {
        "NoSuchCORSConfiguration",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "OwnershipControlsNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)

Value = TypeVar("Value")
Answer = Mapping[str, Any]


def read_settings(requests: Requests) -> BucketSettings:
    """Every setting, one request each."""
    return BucketSettings(
        versioning=_ask(requests, "get_bucket_versioning", _versioning),
        encryption=_ask(requests, "get_bucket_encryption", _encryption),
        public_access_block=_ask(requests, "get_public_access_block", _public_access_block),
        ownership=_ask(requests, "get_bucket_ownership_controls", _ownership),
        lifecycle=_ask(requests, "get_bucket_lifecycle_configuration", _lifecycle),
        cors=_ask(requests, "get_bucket_cors", _cors),
    )


def _ask(requests: Requests, method: str, parse: Callable[[Answer], Value]) -> Value | Silence:
    try:
        return parse(requests.send("settings", "", method))
    except AccessDeniedError:
        return Silence.NOT_ALLOWED
    except (UnsupportedError, KeyError):
        # Ceph 16 takes a question that it does not know for a listing, and answers without the element.
        return Silence.NOT_IMPLEMENTED
    except StoreError as error:
        if code_of(error) in ABSENT:
            return Silence.NOT_CONFIGURED
        raise


def _versioning(answer: Answer) -> bool:
    return bool(answer.get("Status") == "Enabled")


def _encryption(answer: Answer) -> str:
    rule = answer["ServerSideEncryptionConfiguration"]["Rules"][0]
    return str(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"])


def _public_access_block(answer: Answer) -> PublicAccessBlock:
    found = answer["PublicAccessBlockConfiguration"]
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return PublicAccessBlock(*(bool(found.get(name)) for name in names))


def _ownership(answer: Answer) -> str:
    return str(answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"])


def _lifecycle(answer: Answer) -> tuple[LifecycleRule, ...]:
    return tuple(_lifecycle_rule(rule) for rule in answer["Rules"] if rule["Status"] == "Enabled")


def _lifecycle_rule(rule: Answer) -> LifecycleRule:
    days = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
    chosen = rule.get("Filter", {})
    return LifecycleRule(chosen.get("Prefix") or chosen.get("And", {}).get("Prefix") or rule.get("Prefix") or "", days)


def _cors(answer: Answer) -> tuple[CorsRule, ...]:
    rules = answer["CORSRules"]
    return tuple(CorsRule(tuple(rule["AllowedOrigins"]), tuple(rule["AllowedMethods"])) for rule in rules)
