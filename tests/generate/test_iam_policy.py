"""What the text of a policy says; what a server makes of it is ``test_iam_policy_enforced.py``."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.errors import ConfigError
from medialift.generate import iam_policy
from medialift.generate.iam_policy import ROLES, Document
from medialift.generate.scope import Scope, literal

KEY = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
MEDIA = Scope("pics", "media", "eu-central-1")

READ_ONLY = re.compile(r"s3:(Get|List)\w+")


def statements(document: Document, effect: str = "Allow") -> list[dict[str, Any]]:
    return [statement for statement in document["Statement"] if statement["Effect"] == effect]


def actions(statement: dict[str, Any]) -> set[str]:
    found = statement["Action"]
    return {found} if isinstance(found, str) else set(found)


@pytest.mark.parametrize("role", sorted(ROLES))
class TestEveryRole:
    def test_is_json_with_a_name_for_each_statement(self, role: str) -> None:
        document = json.loads(json.dumps(ROLES[role](MEDIA)))
        assert document["Version"] == "2012-10-17"
        names = [statement["Sid"] for statement in document["Statement"]]
        assert len(set(names)) == len(names)
        assert all(name.isalnum() for name in names)

    def test_has_no_wildcard_in_an_action_and_no_bucket_but_its_own(self, role: str) -> None:
        for statement in ROLES[role](MEDIA)["Statement"]:
            assert not [action for action in actions(statement) if "*" in action]
            assert statement["Resource"] in ("arn:aws:s3:::pics", "arn:aws:s3:::pics/media/*")

    @pytest.mark.parametrize(
        ("region", "partition"),
        [("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn"), ("eu-central-1", "aws"), ("", "aws")],
    )
    def test_speaks_of_the_partition_of_the_region(self, region: str, partition: str, role: str) -> None:
        for statement in ROLES[role](Scope("pics", "media", region))["Statement"]:
            assert statement["Resource"].startswith(f"arn:{partition}:s3:::pics")


def test_the_doctor_only_reads_and_no_object() -> None:
    (statement,) = iam_policy.doctor(MEDIA)["Statement"]
    assert all(READ_ONLY.fullmatch(action) for action in actions(statement))
    assert statement["Resource"] == "arn:aws:s3:::pics"


def test_the_mover_is_denied_every_write_without_if_none_match_but_the_parts_of_an_upload() -> None:
    """No server that tests can start knows these two keys; this is the form that Amazon documents."""
    denied = {statement["Sid"]: statement for statement in statements(iam_policy.mover(MEDIA), "Deny")}
    assert denied["NeverOverwrite"] == {
        "Sid": "NeverOverwrite",
        "Effect": "Deny",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::pics/media/*",
        "Condition": {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}},
    }


def test_the_mover_is_denied_deleting_also_of_old_versions() -> None:
    denied = {statement["Sid"]: statement for statement in statements(iam_policy.mover(MEDIA), "Deny")}
    assert actions(denied["NeverDelete"]) == {"s3:DeleteObject", "s3:DeleteObjectVersion"}


def test_no_role_may_change_the_bucket_or_its_permissions() -> None:
    for make in ROLES.values():
        for statement in statements(make(MEDIA)):
            assert not [action for action in actions(statement) if re.match(r"s3:(Put|Delete|Create)Bucket", action)]


def test_an_acl_and_tags_are_allowed_only_where_uploads_carry_them() -> None:
    def allowed(scope: Scope) -> set[str]:
        return set().union(*(actions(statement) for statement in statements(iam_policy.app(scope))))

    plain = allowed(MEDIA)
    assert allowed(Scope("pics", "media", sets_acl=True)) - plain == {"s3:PutObjectAcl"}
    assert allowed(Scope("pics", "media", sets_tags=True)) - plain == {"s3:PutObjectTagging"}


def test_the_key_is_named_only_where_one_is_used_and_only_that_one() -> None:
    for role in ("app", "mover", "upload"):
        (statement,) = (found for found in statements(ROLES[role](Scope("pics", "media", kms_key=KEY)))
                        if found["Sid"] == "EncryptionKey")  # fmt: skip
        assert statement["Resource"] == KEY
        assert actions(statement) == {"kms:Decrypt", "kms:GenerateDataKey"}
        assert "kms" not in json.dumps(ROLES[role](MEDIA))


def test_without_a_prefix_listing_has_no_condition() -> None:
    (listing,) = (found for found in statements(iam_policy.app(Scope("pics"))) if found["Sid"] == "List")
    assert "Condition" not in listing


@pytest.mark.parametrize("bucket", ["", "a", "pics*", "pics/other", "pi?cs", "${aws:username}", 'pics"', "pics\n"])
def test_a_bucket_that_could_widen_the_policy_is_refused(bucket: str) -> None:
    with pytest.raises(ConfigError, match="no name of a bucket"):
        Scope(bucket)


@pytest.mark.parametrize("key", ["alias/media", KEY.replace("key/", "alias/"), f"{KEY}*", "*"])
def test_a_key_that_no_policy_can_name_is_refused(key: str) -> None:
    with pytest.raises(ConfigError, match="no ARN of a KMS key"):
        Scope("pics", kms_key=key)


@given(st.text("ab*?$/", min_size=1), st.text("ab*?$/", min_size=1))
def test_a_prefix_with_wildcards_matches_only_itself(prefix: str, other: str) -> None:
    def matches(pattern: str, text: str) -> bool:
        """IAM's matching: ``*`` and ``?``, and ``${*}`` for a literal one."""
        pieces = re.split(r"(\$\{[*?$]\}|[*?])", pattern)
        expression = "".join(
            {"*": ".*", "?": "."}.get(piece) or re.escape(piece[2] if piece.startswith("${") else piece)
            for piece in pieces
        )
        return re.fullmatch(expression, text, re.DOTALL) is not None

    assert matches(literal(prefix), prefix)
    assert matches(literal(prefix), other) == (prefix == other)
    key = f"{other}/key"
    assert matches(Scope("pics", prefix).objects, key) == key.startswith(f"{prefix}/")
