"""The bucket and the roles' policies as a CloudFormation template.

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_S3.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from medialift.generate import bucket, iam_policy
from medialift.generate.bucket import Wishes
from medialift.stores.bucket_configuration import Setting, Value

Resource = dict[str, Any]

BUCKET = "MediaBucket"


def template(wishes: Wishes) -> dict[str, Any]:
    """Everything that a site on Amazon S3 needs. The bucket outlives its stack."""
    found = bucket.settings(wishes)
    resources = {BUCKET: _bucket(wishes, found), f"{BUCKET}Policy": _bucket_policy(found[Setting.POLICY])}
    for role, make in iam_policy.ROLES.items():
        resources[f"{role.capitalize()}Policy"] = _managed_policy(role, make(wishes.scope))
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"The media of a Django site in {wishes.scope.bucket}",
        "Resources": resources,
        "Outputs": {f"{role.capitalize()}PolicyArn": _output(role) for role in iam_policy.ROLES},
    }


def _bucket(wishes: Wishes, found: Mapping[Setting, Value]) -> Resource:
    properties: dict[str, Any] = {"BucketName": wishes.scope.bucket}
    for setting, (name, translate) in _PROPERTIES.items():
        if setting in found:
            properties[name] = translate(found[setting])
    return {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def _bucket_policy(document: Value) -> Resource:
    properties = {"Bucket": {"Ref": BUCKET}, "PolicyDocument": document}
    return {"Type": "AWS::S3::BucketPolicy", "Properties": properties}


def _managed_policy(role: str, document: Value) -> Resource:
    properties = {"Description": f"medialift: {role}", "PolicyDocument": document}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}


def _output(role: str) -> dict[str, Any]:
    return {"Description": f"For the {role} role", "Value": {"Ref": f"{role.capitalize()}Policy"}}


def _encryption(value: Value) -> dict[str, Any]:
    return {"ServerSideEncryptionConfiguration": [_renamed(rule, _OF_ENCRYPTION) for rule in value["Rules"]]}


def _lifecycle(value: Value) -> dict[str, Any]:
    rules = [{**_renamed(rule, {"ID": "Id"}), "Prefix": rule["Filter"]["Prefix"]} for rule in value["Rules"]]
    return {"Rules": [{name: part for name, part in rule.items() if name != "Filter"} for rule in rules]}


def _cors(value: Value) -> dict[str, Any]:
    return {"CorsRules": [_renamed(rule, _OF_CORS) for rule in value["CORSRules"]]}


def _renamed(value: Value, names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): part for name, part in value.items()}


_OF_ENCRYPTION = {"ApplyServerSideEncryptionByDefault": "ServerSideEncryptionByDefault"}
_OF_CORS = {"ID": "Id", "ExposeHeaders": "ExposedHeaders", "MaxAgeSeconds": "MaxAge"}

_PROPERTIES: Mapping[Setting, tuple[str, Callable[[Value], Any]]] = {
    Setting.PUBLIC_ACCESS_BLOCK: ("PublicAccessBlockConfiguration", dict),
    Setting.OWNERSHIP: ("OwnershipControls", dict),
    Setting.ENCRYPTION: ("BucketEncryption", _encryption),
    Setting.VERSIONING: ("VersioningConfiguration", dict),
    Setting.LIFECYCLE: ("LifecycleConfiguration", _lifecycle),
    Setting.CORS: ("CorsConfiguration", _cors),
}
