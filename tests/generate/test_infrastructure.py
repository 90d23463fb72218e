"""CloudFormation and Terraform say the same, resource by resource, and what the API is told."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from medialift.generate import cloudformation, terraform
from medialift.generate.bucket import Wishes, settings
from medialift.generate.iam_policy import ROLES
from medialift.generate.scope import Scope
from medialift.stores.bucket_configuration import Setting

KEY = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
WISHES = {
    "the least": Wishes(Scope("pics")),
    "a prefix": Wishes(Scope("pics", "media", "eu-central-1"), ("https://a.example", "https://b.example")),
    "a key": Wishes(Scope("pics", "media", "eu-central-1", kms_key=KEY), ("https://a.example",)),
    "a public folder": Wishes(Scope("pics", "media", "us-gov-west-1"), public_prefix="media/public"),
    "wildcards": Wishes(Scope("pics", "me*d?i${a}%{b}", "cn-north-1"), public_prefix="me*d?i${a}%{b}/public"),
}


@pytest.fixture(params=sorted(WISHES))
def wishes(request: pytest.FixtureRequest) -> Wishes:
    return WISHES[request.param]


# ── readers: from either language back to the words of the API ───────────────────────────────


def from_cloudformation(template: Mapping[str, Any]) -> dict[Any, Any]:
    resources = template["Resources"]
    bucket = resources["MediaBucket"]["Properties"]
    found: dict[Any, Any] = {
        "bucket": bucket["BucketName"],
        "kept": resources["MediaBucket"]["DeletionPolicy"] == "Retain",
        Setting.PUBLIC_ACCESS_BLOCK: bucket["PublicAccessBlockConfiguration"],
        Setting.OWNERSHIP: bucket["OwnershipControls"],
        Setting.VERSIONING: bucket["VersioningConfiguration"],
        Setting.POLICY: resources["MediaBucketPolicy"]["Properties"]["PolicyDocument"],
    }
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    encrypted = {"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]}
    if "BucketKeyEnabled" in rule:
        encrypted["BucketKeyEnabled"] = rule["BucketKeyEnabled"]
    found[Setting.ENCRYPTION] = {"Rules": [encrypted]}
    rules = [dict(rule) for rule in bucket["LifecycleConfiguration"]["Rules"]]
    found[Setting.LIFECYCLE] = {
        "Rules": [{"ID": rule.pop("Id"), "Filter": {"Prefix": rule.pop("Prefix")}, **rule} for rule in rules]
    }
    if "CorsConfiguration" in bucket:
        (cors,) = (dict(rule) for rule in bucket["CorsConfiguration"]["CorsRules"])
        named = {"ID": cors.pop("Id"), "ExposeHeaders": cors.pop("ExposedHeaders"), "MaxAgeSeconds": cors.pop("MaxAge")}
        found[Setting.CORS] = {"CORSRules": [{**named, **cors}]}
    policies = {name: made["Properties"] for name, made in resources.items() if made["Type"].endswith("ManagedPolicy")}
    return {**found, **{name.removesuffix("Policy").lower(): made["PolicyDocument"] for name, made in policies.items()}}


def from_terraform(configuration: Mapping[str, Any]) -> dict[Any, Any]:
    resources = {kind: dict(made) for kind, made in configuration["resource"].items()}
    bucket = resources["aws_s3_bucket"]["media"]

    def attributes(kind: str) -> Any:
        made = dict(resources[f"aws_s3_bucket_{kind}"]["media"])
        assert made.pop("bucket") == "${aws_s3_bucket.media.id}"
        return text(made)

    found: dict[Any, Any] = {
        "bucket": bucket["bucket"],
        "kept": bucket["lifecycle"]["prevent_destroy"],
        Setting.PUBLIC_ACCESS_BLOCK: camel(attributes("public_access_block")),
        Setting.OWNERSHIP: {"Rules": camel(attributes("ownership_controls")["rule"])},
        Setting.VERSIONING: camel(attributes("versioning")["versioning_configuration"]),
        Setting.ENCRYPTION: {"Rules": camel(attributes("server_side_encryption_configuration")["rule"])},
        Setting.LIFECYCLE: {"Rules": camel(attributes("lifecycle_configuration")["rule"])},
        Setting.POLICY: json.loads(attributes("policy")["policy"]),
    }
    if "aws_s3_bucket_cors_configuration" in resources:
        found[Setting.CORS] = {"CORSRules": camel(attributes("cors_configuration")["cors_rule"])}
    return {**found, **{role: json.loads(text(made)["policy"]) for role, made in resources["aws_iam_policy"].items()}}


def text(value: Any) -> Any:
    """What Terraform makes of a literal: ``$${`` is ``${``. Anything that it would evaluate fails here."""
    if isinstance(value, str):
        assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", value), value
        return value.replace("$${", "${").replace("%%{", "%{")
    if isinstance(value, Mapping):
        return {name: text(part) for name, part in value.items()}
    return [text(part) for part in value] if isinstance(value, list) else value


UPPER = {"id": "ID", "sse_algorithm": "SSEAlgorithm", "kms_master_key_id": "KMSMasterKeyID"}


def camel(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            UPPER.get(name) or "".join(word.capitalize() for word in name.split("_")): camel(part)
            for name, part in value.items()
        }
    return [camel(part) for part in value] if isinstance(value, list) else value


# ── what holds ───────────────────────────────────────────────────────────────────────────────


def wanted(wishes: Wishes) -> dict[Any, Any]:
    roles = {role: make(wishes.scope) for role, make in ROLES.items()}
    return {"bucket": wishes.scope.bucket, "kept": True, **settings(wishes), **roles}


def test_cloudformation_says_what_the_api_would_be_told(wishes: Wishes) -> None:
    assert from_cloudformation(cloudformation.template(wishes)) == wanted(wishes)


def test_terraform_says_what_cloudformation_says(wishes: Wishes) -> None:
    one = from_terraform(terraform.configuration(wishes))
    other = from_cloudformation(cloudformation.template(wishes))
    assert one.keys() == other.keys()
    for name in one:
        assert one[name] == other[name], name


def complaints(template: Mapping[str, Any]) -> list[str]:
    # Its import takes seconds, which every process that collects tests would pay.
    from cfnlint.api import ManualArgs, lint

    return [str(match) for match in lint(json.dumps(template), config=ManualArgs(regions=["eu-central-1"]))]


@pytest.mark.parametrize("name", ["a key", "a public folder"])  # seconds each: these have all the parts
def test_cfn_lint_has_nothing_to_say(name: str) -> None:
    assert complaints(cloudformation.template(WISHES[name])) == []


def test_cfn_lint_would_say_something() -> None:
    template = cloudformation.template(WISHES["the least"])
    template["Resources"]["MediaBucket"]["Properties"]["VersioningConfiguration"] = {"Status": "On"}
    assert complaints(template)


def test_terraform_makes_the_policy_after_the_block_that_could_refuse_it(wishes: Wishes) -> None:
    made = terraform.configuration(wishes)["resource"]["aws_s3_bucket_policy"]["media"]
    assert made["depends_on"] == ["aws_s3_bucket_public_access_block.media"]
