"""`policy ROLE --apply` where a key is made for the role: at stand-ins of the two accounts' own APIs."""

from __future__ import annotations

import hashlib
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from medialift.providers import load_provider
from medialift.testing.key_services import BackblazeServer, CloudflareServer
from tests.cli.conftest import Ran, Site, run, use
from tests.cli.test_buckets import SECRET
from tests.cli.test_policy import cloud, without_keys

YES = ("--yes", "--yes")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "media-keys.env"


def pairs(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def apply(role: str, keys: Path, *more: str) -> Ran:
    return run("policy", role, "cloud", "--apply", "--keys", str(keys), *more)


class TestR2:
    @pytest.fixture
    def server(self, site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudflareServer]:
        with CloudflareServer() as server:
            cloud(settings, provider="r2", bucket="pics", prefix="media", account_id=server.account.id)
            monkeypatch.setenv("CLOUDFLARE_API_TOKEN", server.account.admin)
            monkeypatch.setenv("CLOUDFLARE_BASE_URL", server.url)
            yield server

    def test_it_is_shown_first_and_made_after_two_consents(self, server: CloudflareServer, keys: Path) -> None:
        for consents in ((), YES[:1]):
            refused = apply("app", keys, *consents)
            assert (refused.code, "nobody was asked" in refused.error) == (2, True), refused.error
            assert "Workers R2 Storage Bucket Item Write" in refused.out
            assert (server.account.tokens, keys.exists()) == ([], False)
        ran = apply("app", keys, *YES)
        assert ran.code == 0, ran.error
        (token,) = server.account.tokens
        (policy,) = token["policies"]
        assert policy["resources"] == {f"com.cloudflare.edge.r2.bucket.{server.account.id}_default_pics": "*"}
        assert [group["name"] for group in policy["permission_groups"]] == [
            "Workers R2 Storage Bucket Item Read",
            "Workers R2 Storage Bucket Item Write",
        ]
        value = server.account.values[token["id"]]
        secret = hashlib.sha256(value.encode()).hexdigest()
        assert pairs(keys) == {"R2_ACCESS_KEY_ID": token["id"], "R2_SECRET_ACCESS_KEY": secret}
        assert stat.S_IMODE(keys.stat().st_mode) == 0o600
        for hidden in (value, secret, server.account.admin, SECRET):
            assert hidden not in ran.out + ran.err

    @pytest.mark.parametrize("role", ["mover", "upload", "doctor"])
    def test_every_role_gets_its_groups(self, role: str, server: CloudflareServer, keys: Path) -> None:
        assert apply(role, keys, *YES).code == 0
        known = load_provider("r2").permissions
        assert known
        (policy,) = server.account.tokens[0]["policies"]
        assert tuple(group["name"] for group in policy["permission_groups"]) == known.roles[role]

    def test_a_second_run_makes_no_second_one(self, server: CloudflareServer, keys: Path, tmp_path: Path) -> None:
        for number in range(60):  # more than one page of them
            server.account.add(f"other {number}", [])
        assert apply("app", keys, *YES).code == 0
        again = apply("app", tmp_path / "again.env", *YES)
        assert (again.code, "Nothing to change" in again.err) == (0, True)
        assert len(server.account.tokens) == 61
        assert not (tmp_path / "again.env").exists()

    def test_another_key_of_the_name_stays_and_that_is_said(self, server: CloudflareServer, keys: Path) -> None:
        account = server.account
        wide = {"effect": "allow", "resources": {f"com.cloudflare.api.account.{account.id}": "*"}}
        group = {"id": account.groups["Workers R2 Storage Write"]}
        account.add("medialift app pics", [{**wide, "permission_groups": [group]}])
        ran = apply("app", keys, *YES)
        assert ran.code == 0, ran.error
        assert "Workers R2 Storage Write" in ran.out
        assert "stays as it is" in ran.err
        assert len(account.tokens) == 2

    def test_one_that_ends_is_no_key_to_live_on(self, server: CloudflareServer, keys: Path, tmp_path: Path) -> None:
        assert apply("app", keys, *YES).code == 0
        server.account.tokens[0]["expires_on"] = "2030-01-01T00:00:00Z"
        assert apply("app", tmp_path / "next.env", *YES).code == 0
        assert len(server.account.tokens) == 2

    def test_a_jurisdiction_is_part_of_the_resource(self, server: CloudflareServer, keys: Path, settings: Any) -> None:
        account = server.account.id
        cloud(settings, provider="r2", bucket="pics", endpoint_url=f"https://{account}.eu.r2.cloudflarestorage.com")
        assert apply("app", keys, *YES).code == 0
        assert f"com.cloudflare.edge.r2.bucket.{account}_eu_pics" in str(server.account.tokens)

    @pytest.mark.parametrize(("token", "said"), [("wrong", "401"), ("onlooker-token", "403")])
    def test_a_token_that_may_not_is_told(
        self, token: str, said: str, server: CloudflareServer, keys: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CLOUDFLARE_API_TOKEN", token)
        ran = apply("app", keys, *YES)
        assert (ran.code, said in ran.error) == (2, True), ran.error
        assert token not in ran.error + ran.out + ran.err
        assert not keys.exists()

    def test_without_the_administrators_token_it_says_where_to_get_one(
        self, server: CloudflareServer, keys: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("CLOUDFLARE_API_TOKEN")
        ran = apply("app", keys, *YES)
        assert ran.code == 2
        assert "CLOUDFLARE_API_TOKEN not set" in ran.error
        assert "Account API Tokens Write" in ran.error


class TestB2:
    @pytest.fixture
    def server(self, site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[BackblazeServer]:
        with BackblazeServer() as server:
            server.account.make_bucket("other")
            server.account.make_bucket("pics")
            cloud(settings, provider="b2", bucket="pics", prefix="media", region="us-west-004")
            key_id, key = server.account.admin
            monkeypatch.setenv("B2_ADMIN_KEY_ID", key_id)
            monkeypatch.setenv("B2_ADMIN_KEY", key)
            monkeypatch.setenv("B2_ENVIRONMENT", server.url)
            yield server

    @pytest.mark.parametrize("role", ["app", "mover", "upload", "restore", "doctor"])
    def test_the_key_has_the_capabilities_of_its_role_below_the_prefix(
        self, role: str, server: BackblazeServer, keys: Path
    ) -> None:
        ran = apply(role, keys, *YES)
        assert ran.code == 0, ran.error
        (key,) = server.account.keys
        known = load_provider("b2").permissions
        assert known
        assert key["capabilities"] == list(known.roles[role])
        assert (key["bucketIds"], key["namePrefix"]) == ([server.account.buckets["pics"]], "media/")
        made = server.account.secrets[key["applicationKeyId"]]
        assert pairs(keys) == {"B2_APPLICATION_KEY_ID": key["applicationKeyId"], "B2_APPLICATION_KEY": made}
        for hidden in (made, *server.account.admin, SECRET):
            assert hidden not in ran.out + ran.err

    def test_a_second_run_makes_no_second_one(self, server: BackblazeServer, keys: Path, tmp_path: Path) -> None:
        for number in range(1100):  # more than one page of them
            server.account.add(f"other-{number}", ["listFiles"], [], None)
        assert apply("app", keys, *YES).code == 0
        again = apply("app", tmp_path / "again.env", *YES)
        assert (again.code, "Nothing to change" in again.err) == (0, True)
        assert len(server.account.keys) == 1101

    def test_the_same_name_for_another_bucket_is_another_key(self, server: BackblazeServer, keys: Path) -> None:
        known = load_provider("b2").permissions
        assert known
        other = [server.account.buckets["other"]]
        server.account.add("medialift-app", list(known.roles["app"]), other, "media/")
        ran = apply("app", keys, *YES)
        assert (ran.code, "stays as it is" in ran.err) == (0, False)
        assert len(server.account.keys) == 2

    def test_a_bucket_that_is_not_there_is_told(self, server: BackblazeServer, keys: Path) -> None:
        server.account.buckets.clear()
        ran = apply("app", keys, *YES)
        assert (ran.code, "no bucket 'pics'" in ran.error) == (2, True)
        assert not keys.exists()

    def test_a_key_that_may_not_is_told(
        self, server: BackblazeServer, keys: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("B2_ADMIN_KEY_ID", server.account.onlooker[0])
        monkeypatch.setenv("B2_ADMIN_KEY", server.account.onlooker[1])
        ran = apply("app", keys, *YES)
        assert (ran.code, "unauthorized" in ran.error) == (2, True)
        monkeypatch.setenv("B2_ADMIN_KEY", "wrong")
        assert "bad_auth_token" in apply("app", keys, *YES).error
        assert not keys.exists()

    class TestTheFile:
        def test_one_is_needed_and_none_is_replaced(self, server: BackblazeServer, keys: Path) -> None:
            without = run("policy", "app", "cloud", "--apply", *YES)
            assert (without.code, "--keys FILE" in without.error) == (2, True)
            keys.write_text("mine")
            ran = apply("app", keys, *YES)
            assert (ran.code, "exists already" in ran.error, keys.read_text()) == (2, True, "mine")
            assert server.account.keys == []

        def test_it_is_no_file_that_git_would_commit(self, server: BackblazeServer, tmp_path: Path) -> None:
            subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
            (tmp_path / ".gitignore").write_text("*.env\n")
            ran = apply("app", tmp_path / "keys.txt", *YES)
            assert (ran.code, "would be committed" in ran.error) == (2, True)
            assert server.account.keys == []
            assert apply("app", tmp_path / "keys.env", *YES).code == 0

        def test_where_it_cannot_be_written_no_key_is_made(self, server: BackblazeServer, tmp_path: Path) -> None:
            ran = apply("app", tmp_path / "no-such-folder" / "keys.env", *YES)
            assert (ran.code, "cannot be written" in ran.error) == (2, True)
            assert server.account.keys == []


class TestRefusals:
    def test_a_key_has_no_user_and_no_role(self, site: Site, settings: Any, keys: Path) -> None:
        cloud(settings, provider="b2", bucket="pics", region="us-west-004")
        for flag in ("--user", "--role", "--profile"):
            ran = apply("app", keys, flag, "me")
            assert (ran.code, "no users and roles" in ran.error) == (2, True)

    def test_where_policies_are_given_no_key_is_made(self, site: Site, settings: Any, keys: Path) -> None:
        cloud(settings, provider="s3", bucket="pics", region="eu-west-1")
        ran = apply("app", keys, "--user", "me")
        assert (ran.code, "no key is made here" in ran.error) == (2, True)
        assert "Use it with --apply" in run("policy", "app", "cloud", "--keys", str(keys)).error
        assert "Use it with --apply" in run("policy", "bucket", "cloud", "--apply", "--keys", str(keys)).error

    @pytest.mark.parametrize("provider", ["cloudinary", "supabase"])
    def test_where_a_key_may_do_everything_none_is_made(
        self, provider: str, site: Site, settings: Any, keys: Path
    ) -> None:
        named = {"cloudinary": {}, "supabase": {"endpoint_url": "https://x.supabase.co", "service_key": SECRET}}[
            provider
        ]
        cloud(settings, provider=provider, bucket="pics", **named)
        if provider == "supabase":
            use(settings, {**settings.STORAGES, "cloud": without_keys(settings.STORAGES["cloud"])})
        for role in ("app", "upload"):
            ran = run("policy", role, "cloud", "--apply")
            assert (ran.code, "makes no key for a role" in ran.error) == (2, True), ran.error

    def test_r2_needs_to_know_the_account(self, site: Site, settings: Any, keys: Path) -> None:
        cloud(settings, provider="r2", bucket="pics", endpoint_url="http://127.0.0.1:9")
        ran = apply("app", keys, *YES)
        assert (ran.code, "needs the account" in ran.error) == (2, True)
