from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from medialift.errors import ConfigError
from medialift.generate.narrow_key import Holding
from medialift.generate.steps import Guide, guide, text
from medialift.providers import Provider, load_provider

MEDIA = Holding("pics", "media", "0123abcd")


def sent(call: str, flag: str) -> Any:
    """The JSON that a command sends."""
    words = shlex.split(call, comments=True)
    return json.loads(words[words.index(flag) + 1])


@pytest.fixture
def cloudinary() -> Provider:
    return load_provider("cloudinary")


class TestR2:
    def test_the_apps_token_reads_and_writes_the_objects_of_one_bucket(self) -> None:
        found = guide(load_provider("r2"), "app", MEDIA)
        (policy,) = sent(found.calls[1], "--json")["policies"]
        assert policy["resources"] == {"com.cloudflare.edge.r2.bucket.0123abcd_default_pics": "*"}
        groups = [group["id"] for group in policy["permission_groups"]]
        assert groups == ["ID of Workers R2 Storage Bucket Item Read", "ID of Workers R2 Storage Bucket Item Write"]
        assert "Permissions: Object Read & Write." in found.steps

    def test_a_jurisdiction_is_part_of_the_buckets_name(self) -> None:
        found = guide(load_provider("r2"), "app", Holding("pics", "", "0123abcd", "eu"))
        assert "com.cloudflare.edge.r2.bucket.0123abcd_eu_pics" in found.calls[1]

    def test_the_prefix_is_told_to_need_temporary_credentials(self) -> None:
        found = guide(load_provider("r2"), "app", MEDIA)
        assert sent(found.calls[-1], "--json")["prefixes"] == ["media/"]
        assert "only temporary credentials are narrowed to a prefix" in found.limits
        assert len(guide(load_provider("r2"), "app", Holding("pics")).calls) == 3

    def test_what_reads_configurations_says_that_it_reaches_every_bucket(self) -> None:
        found = guide(load_provider("r2"), "doctor", MEDIA)
        (policy,) = sent(found.calls[1], "--json")["policies"]
        assert policy["resources"] == {"com.cloudflare.api.account.0123abcd": "*"}
        assert "every bucket of the account" in found.limits


class TestB2:
    @pytest.mark.parametrize("role", ["app", "mover", "upload", "doctor"])
    def test_the_key_has_the_capabilities_of_its_role_below_the_prefix(self, role: str) -> None:
        b2 = load_provider("b2")
        found = guide(b2, role, MEDIA)
        assert b2.permissions
        assert sent(found.calls[1], "-d") == {
            "accountId": "ACCOUNT_ID",
            "keyName": f"medialift-{role}",
            "capabilities": list(b2.permissions.roles[role]),
            "bucketIds": ["BUCKET_ID"],
            "namePrefix": "media/",
        }
        words = shlex.split(found.calls[0])
        assert words[words.index("--name-prefix") + 1] == "media/"
        assert words[-1] == ",".join(b2.permissions.roles[role])

    def test_only_the_app_may_delete_and_nobody_may_change_buckets_or_keys(self) -> None:
        permissions = load_provider("b2").permissions
        assert permissions
        assert [role for role, held in permissions.roles.items() if "deleteFiles" in held] == ["app"]
        held = {capability for held in permissions.roles.values() for capability in held}
        assert not held & {"writeBuckets", "deleteBuckets", "writeKeys", "deleteKeys", "listKeys", "bypassGovernance"}


class TestCloudinary:
    def test_an_upload_preset_takes_no_name_and_replaces_nothing(self, cloudinary: Provider) -> None:
        words = shlex.split(guide(cloudinary, "upload", MEDIA).calls[0])
        assert words[3] == "https://api.cloudinary.com/v1_1/0123abcd/upload_presets"
        assert {"unsigned=true", "disallow_public_id=true", "overwrite=false", "folder=media"} <= set(words)

    def test_a_key_is_told_to_reach_its_whole_environment(self, cloudinary: Provider) -> None:
        assert "everything in its product environment" in guide(cloudinary, "app", MEDIA).limits


@pytest.mark.parametrize("provider", ["r2", "b2"])
def test_no_name_breaks_out_of_a_command(provider: str) -> None:
    nasty = "a'; rm -rf / #"
    for call in guide(load_provider(provider), "app", Holding(nasty, nasty, "acc")).calls:
        if nasty in call.replace("'\"'\"'", "'"):
            assert any(nasty in word for word in shlex.split(call, comments=True))
            assert "rm" not in shlex.split(call, comments=True)


def test_where_no_steps_are_known_it_is_said() -> None:
    with pytest.raises(ConfigError, match="the whole project's") as caught:
        guide(load_provider("supabase"), "app", Holding("pics"))
    assert "policy rls" in caught.value.hint
    for provider in ("hetzner", "s3"):
        with pytest.raises(ConfigError, match="no steps"):
            guide(load_provider(provider), "app", MEDIA)


def test_the_page_has_limits_steps_and_calls() -> None:
    assert text(Guide("All of it.", ("Open.", "Copy."), ("curl x",))) == (
        "# All of it.\n\n1. Open.\n2. Copy.\n\n# The same by the API:\n\ncurl x\n"
    )
