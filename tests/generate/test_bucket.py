from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from medialift.errors import ConfigError
from medialift.generate.bucket import Wishes, is_over_tls, settings
from medialift.generate.scope import Scope
from medialift.stores.bucket_configuration import Setting
from tests.servers.s3server import S3Server

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000"
SITE = Scope("pics", "media", "eu-central-1")


def test_a_site_that_speaks_http_is_not_shut_out() -> None:
    assert Setting.POLICY not in settings(Wishes(SITE, over_tls=False))
    (public,) = settings(Wishes(SITE, public_prefix="media/public", over_tls=False))[Setting.POLICY]["Statement"]
    assert public["Sid"] == "MedialiftPublicRead"
    assert [is_over_tls(url) for url in (None, "", "https://s3.example", "HTTP://localhost:9000")] == [
        True, True, True, False,
    ]  # fmt: skip


class TestByDefault:
    def test_nothing_is_public(self) -> None:
        made = settings(Wishes(SITE))
        assert set(made[Setting.PUBLIC_ACCESS_BLOCK].values()) == {True}
        assert [statement["Effect"] for statement in made[Setting.POLICY]["Statement"]] == ["Deny"]

    def test_no_other_origin_may_do_anything(self) -> None:
        assert Setting.CORS not in settings(Wishes(SITE))

    def test_versions_are_kept_for_a_month_and_unfinished_uploads_for_a_week(self) -> None:
        made = settings(Wishes(SITE))
        assert made[Setting.VERSIONING] == {"Status": "Enabled"}
        abort, expire = made[Setting.LIFECYCLE]["Rules"]
        assert abort["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
        assert expire["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}

    def test_no_rule_ends_the_life_of_a_current_file(self) -> None:
        for rule in settings(Wishes(SITE))[Setting.LIFECYCLE]["Rules"]:
            assert not {"Expiration", "Transitions"} & set(rule)


def test_rules_of_the_lifecycle_leave_neighbours_alone() -> None:
    for prefix, expected in (("media", "media/"), ("", "")):
        rules = settings(Wishes(Scope("pics", prefix)))[Setting.LIFECYCLE]["Rules"]
        assert [rule["Filter"] for rule in rules] == [{"Prefix": expected}] * 2


def test_a_public_folder_opens_the_two_switches_about_policies_and_nothing_else() -> None:
    made = settings(Wishes(SITE, public_prefix="media/public"))
    closed = {name for name, value in made[Setting.PUBLIC_ACCESS_BLOCK].items() if value}
    assert closed == {"BlockPublicAcls", "IgnorePublicAcls"}
    (allowed,) = (found for found in made[Setting.POLICY]["Statement"] if found["Effect"] == "Allow")
    assert (allowed["Action"], allowed["Resource"]) == ("s3:GetObject", "arn:aws:s3:::pics/media/public/*")


def test_a_switch_that_would_shut_the_site_out_stays_off() -> None:
    block = settings(Wishes(SITE, harmful_switches=frozenset({"BlockPublicAcls"})))[Setting.PUBLIC_ACCESS_BLOCK]
    assert {switch for switch, on in block.items() if not on} == {"BlockPublicAcls"}


def test_the_access_block_comes_before_the_policy_that_it_could_refuse() -> None:
    made = list(settings(Wishes(SITE, ("https://a.example",), "")))
    assert made == list(Setting)


def test_a_key_of_the_sites_own_encrypts_with_a_bucket_key() -> None:
    (rule,) = settings(Wishes(Scope("pics", kms_key=KEY)))[Setting.ENCRYPTION]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    assert rule["BucketKeyEnabled"] is True


@pytest.mark.parametrize(
    "origin", ["example.org", "https://example.org/", "https://example.org/path", "*", "https://a b", "https://*.*"]
)
def test_what_no_browser_sends_is_no_origin(origin: str) -> None:
    with pytest.raises(ConfigError, match="no origin"):
        Wishes(SITE, (origin,))


@pytest.mark.parametrize("origin", ["https://example.org", "http://localhost:8000", "https://*.example.org"])
def test_a_scheme_with_a_host_is_an_origin(origin: str) -> None:
    assert settings(Wishes(SITE, (origin,)))[Setting.CORS]["CORSRules"][0]["AllowedOrigins"] == [origin]


def test_acls_are_refused_where_the_owner_owns_everything() -> None:
    with pytest.raises(ConfigError, match="carry an ACL"):
        Wishes(Scope("pics", sets_acl=True))


def test_a_public_folder_under_a_key_is_refused() -> None:
    with pytest.raises(ConfigError, match="KMS key encrypts"):
        Wishes(Scope("pics", kms_key=KEY), public_prefix="media/public")


def test_a_server_takes_every_setting_and_gives_it_back(moto: S3Server) -> None:
    bucket = moto.make_bucket()
    wishes = Wishes(Scope(bucket, "media"), ("https://www.example.org",), "media/public")
    made = settings(wishes)
    client: S3Client = moto.client()
    value: Any = made
    client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=value[Setting.PUBLIC_ACCESS_BLOCK])
    client.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=value[Setting.OWNERSHIP])
    client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=value[Setting.ENCRYPTION])
    client.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=value[Setting.LIFECYCLE])
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration=value[Setting.CORS])
    found = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert found == made[Setting.PUBLIC_ACCESS_BLOCK]
    assert client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"] == made[Setting.LIFECYCLE]["Rules"]
    # moto 5 keeps no ID of a CORS rule.
    (rule,) = client.get_bucket_cors(Bucket=bucket)["CORSRules"]
    assert {"ID": "medialift", **rule} == made[Setting.CORS]["CORSRules"][0]
