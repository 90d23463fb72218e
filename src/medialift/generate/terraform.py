"""The bucket and the roles' policies as Terraform in JSON (``.tf.json``), for the AWS provider from version 5.

Sources: https://developer.hashicorp.com/terraform/language/syntax/json,
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from medialift.generate import bucket, iam_policy
from medialift.generate.bucket import Wishes
from medialift.stores.bucket_configuration import Setting, Value

NAME = "media"
THE_BUCKET = f"${{aws_s3_bucket.{NAME}.id}}"


def configuration(wishes: Wishes) -> dict[str, Any]:
    """Everything that a site on Amazon S3 needs. Terraform refuses to destroy the bucket."""
    resources: dict[str, Any] = {
        "aws_s3_bucket": {NAME: {"bucket": wishes.scope.bucket, "lifecycle": {"prevent_destroy": True}}}
    }
    for setting, value in bucket.settings(wishes).items():
        kind, translate = _RESOURCES[setting]
        resources[kind] = {NAME: {"bucket": THE_BUCKET, **_literal(translate(value))}}
    # A public policy is refused as long as the block that forbids it stands.
    resources["aws_s3_bucket_policy"][NAME]["depends_on"] = [f"aws_s3_bucket_public_access_block.{NAME}"]
    resources["aws_iam_policy"] = {
        role: _literal({"description": f"medialift: {role}", "policy": json.dumps(make(wishes.scope))})
        for role, make in iam_policy.ROLES.items()
    }
    return {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.0"}}},
        "resource": resources,
        "output": {f"{role}_policy_arn": {"value": f"${{aws_iam_policy.{role}.arn}}"} for role in iam_policy.ROLES},
    }


def _literal(value: Any) -> Any:
    """*value* with every string marked as text: Terraform would evaluate ``${`` and ``%{``."""
    if isinstance(value, str):
        return re.sub(r"[$%]\{", lambda found: found[0][0] + found[0], value)
    if isinstance(value, Mapping):
        return {name: _literal(part) for name, part in value.items()}
    return [_literal(part) for part in value] if isinstance(value, list) else value


def _snake(name: str) -> str:
    """``BlockPublicAcls`` → ``block_public_acls``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _snaked(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_snake(name): _snaked(part) for name, part in value.items()}
    return [_snaked(part) for part in value] if isinstance(value, list) else value


def _rule(value: Value) -> dict[str, Any]:
    return {"rule": _snaked(value["Rules"])}


def _encryption(value: Value) -> dict[str, Any]:
    rules = _snaked(value["Rules"])
    for rule in rules:
        chosen = rule["apply_server_side_encryption_by_default"]
        rule["apply_server_side_encryption_by_default"] = {
            {"ssealgorithm": "sse_algorithm", "kmsmaster_key_id": "kms_master_key_id"}[name]: part
            for name, part in chosen.items()
        }
    return {"rule": rules}


def _versioning(value: Value) -> dict[str, Any]:
    return {"versioning_configuration": _snaked(value)}


def _cors(value: Value) -> dict[str, Any]:
    return {"cors_rule": _snaked(value["CORSRules"])}


def _policy(value: Value) -> dict[str, Any]:
    return {"policy": json.dumps(value)}


_RESOURCES: Mapping[Setting, tuple[str, Callable[[Value], dict[str, Any]]]] = {
    Setting.PUBLIC_ACCESS_BLOCK: ("aws_s3_bucket_public_access_block", _snaked),
    Setting.OWNERSHIP: ("aws_s3_bucket_ownership_controls", _rule),
    Setting.ENCRYPTION: ("aws_s3_bucket_server_side_encryption_configuration", _encryption),
    Setting.VERSIONING: ("aws_s3_bucket_versioning", _versioning),
    Setting.LIFECYCLE: ("aws_s3_bucket_lifecycle_configuration", _rule),
    Setting.CORS: ("aws_s3_bucket_cors_configuration", _cors),
    Setting.POLICY: ("aws_s3_bucket_policy", _policy),
}
