from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from django.db import connections

from medialift.cli.policy import KINDS
from medialift.generate import iam_policy
from medialift.generate.scope import Scope
from medialift.stores.bucket_configuration import Setting
from tests.cli.conftest import Site, run, use
from tests.cli.test_buckets import SECRET, entry
from tests.generate.supabase import project, user
from tests.generate.test_rls_check import PUBLISHED
from tests.servers.ceph import GUEST
from tests.servers.s3server import S3Server

ORIGIN = "https://www.example.org"


def cloud(settings: Any, **options: Any) -> None:
    """Make the alias ``cloud`` a bucket that is never talked to."""
    known = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": SECRET, **options}
    made = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": known}
    use(settings, {**settings.STORAGES, "cloud": made})


def s3(settings: Any, **options: Any) -> None:
    cloud(settings, **{"provider": "s3", "bucket": "pics", "prefix": "media", "region": "us-gov-west-1", **options})


class TestText:
    def test_a_cloud_is_named_by_its_key_and_in_the_commands(self, site: Site, settings: Any) -> None:
        cloud(settings, provider="cloudinary", bucket="shop", prefix="media")
        ran = run("policy", "upload", "cloud")
        assert (ran.code, "https://api.cloudinary.com/v1_1/shop/upload_presets" in ran.out) == (0, True)
        assert "folder=media" in ran.out
        assert SECRET not in ran.out

    @pytest.mark.parametrize("role", sorted(iam_policy.ROLES))
    def test_a_role_gets_the_policy_of_the_sites_own_bucket(self, role: str, site: Site, settings: Any) -> None:
        s3(settings)
        ran = run("policy", role, "cloud")
        assert ran.code == 0
        assert json.loads(ran.out) == iam_policy.ROLES[role](Scope("pics", "media", "us-gov-west-1"))
        assert "Attach it" in ran.err

    def test_what_uploads_carry_is_taken_from_the_settings(self, site: Site, settings: Any) -> None:
        key = "arn:aws:kms:us-gov-west-1:123456789012:key/0a1b"
        s3(settings, object_parameters={"ACL": "private", "SSEKMSKeyId": key})
        out = run("policy", "app", "cloud").out
        assert "s3:PutObjectAcl" in out
        assert key in out

    @pytest.mark.parametrize("kind", ["bucket", "cloudformation", "terraform"])
    def test_the_bucket_takes_the_flags(self, kind: str, site: Site, settings: Any) -> None:
        s3(settings)
        out = run("policy", kind, "cloud", "--origin", ORIGIN, "--public-prefix", "media/public").out
        assert ORIGIN in out
        assert "arn:aws-us-gov:s3:::pics/media/public/*" in out
        assert json.loads(out)

    def test_r2_and_b2_get_steps_instead(self, site: Site, settings: Any) -> None:
        cloud(settings, provider="r2", bucket="pics", prefix="media", account_id="0123abcd")
        assert "com.cloudflare.edge.r2.bucket.0123abcd_default_pics" in run("policy", "app", "cloud").out
        cloud(settings, provider="r2", bucket="pics", endpoint_url="https://0123abcd.eu.r2.cloudflarestorage.com")
        assert "com.cloudflare.edge.r2.bucket.0123abcd_eu_pics" in run("policy", "app", "cloud").out
        cloud(settings, provider="b2", bucket="pics", region="us-west-004", prefix="media")
        assert "b2 key create --bucket pics --name-prefix media/" in run("policy", "mover", "cloud").out

    @pytest.mark.parametrize("kind", ["app", "restore", "bucket", "cloudformation"])
    def test_supabase_has_none_of_them_and_is_led_to_its_rows(self, kind: str, site: Site, settings: Any) -> None:
        made = {
            "provider": "supabase",
            "bucket": "Photos of cats",
            "endpoint_url": "https://x.supabase.co",
            "service_key": SECRET,
        }
        use(settings, {**settings.STORAGES, "cloud": {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": made}})
        ran = run("policy", kind, "cloud")
        assert (ran.code, ran.out) == (2, "")
        assert "policy" in ran.error

    def test_supabase_gets_sql(self, site: Site, settings: Any) -> None:
        made = {
            "provider": "supabase",
            "bucket": "pics",
            "endpoint_url": "https://x.supabase.co",
            "service_key": SECRET,
        }
        use(settings, {**settings.STORAGES, "cloud": {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": made}})
        ran = run("policy", "rls", "cloud", "--access", "private-per-user")
        assert "(storage.foldername(name))[1] = (select auth.jwt()->>'sub')" in ran.out, ran.error

    def test_json_holds_the_same_text(self, site: Site, settings: Any) -> None:
        s3(settings)
        found = run("policy", "app", "cloud", "--json").last
        assert (found["type"], found["kind"], found["alias"], found["file"]) == ("policy", "app", "cloud", "")
        assert found["text"] == run("policy", "app", "cloud").out

    def test_a_file_is_written_once_and_never_over_another(self, site: Site, settings: Any, tmp_path: Path) -> None:
        s3(settings)
        file = tmp_path / "app.json"
        ran = run("policy", "app", "cloud", "--output", str(file))
        assert ran.out == f"Written: {file}\n"
        written = file.read_text()
        assert json.loads(written)["Version"] == "2012-10-17"
        again = run("policy", "bucket", "cloud", "--output", str(file))
        assert (again.code, file.read_text()) == (2, written)
        assert "exists already" in again.error


class TestRefusals:
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_folder_has_no_policies(self, kind: str, site: Site) -> None:
        ran = run("policy", kind)
        assert ran.code == 2
        assert "no bucket of a known provider" in ran.error

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("app", "--apply"), "given to a user or to a role"),
            (("app", "--apply", "--user", "a", "--role", "b"), "given to a user or to a role"),
            (("app", "--user", "a"), "Use it with --apply"),
            (("bucket", "--apply", "--role", "a"), "Use it with --apply"),
            (("terraform", "--apply"), "applies it itself"),
            (("bucket", "--check"), "row-level security"),
            (("rls",), "has no row-level security"),
            (("bucket", "--origin", "example.org"), "no origin"),
            (("app", "--kms-key", "alias/media"), "no ARN"),
            (("rls", "--check"), "no PostgreSQL"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, arguments: tuple[str, ...], said: str, site: Site, settings: Any
    ) -> None:
        s3(settings)
        kind, *more = arguments
        ran = run("policy", kind, "cloud", *more)
        assert ran.code == 2
        assert said in ran.error

    def test_a_provider_whose_keys_nobody_knows_how_to_narrow_says_so(self, site: Site, settings: Any) -> None:
        cloud(settings, provider="hetzner", bucket="pics", region="fsn1")
        assert "no steps to a narrow key" in run("policy", "app", "cloud").error

    def test_no_secret_is_ever_printed(self, site: Site, settings: Any) -> None:
        s3(settings)
        for kind in KINDS:
            for more in ((), ("--json",)):
                ran = run("policy", kind, "cloud", *more)
                assert SECRET not in ran.out + ran.err + ran.error


class TestApply:
    @pytest.fixture
    def bucket(self, site: Site, moto: S3Server, settings: Any) -> str:
        made = moto.make_bucket()
        use(settings, {**settings.STORAGES, "cloud": entry(moto, made)})
        return made

    def test_without_consent_it_shows_and_changes_nothing(self, bucket: str, moto: S3Server) -> None:
        for more in ((), ("--yes",)):
            ran = run("policy", "bucket", "cloud", "--apply", *more)
            assert ran.code == 2
            assert "nobody was asked" in ran.error
            assert 'will be: {"Status": "Enabled"}' in ran.out
            assert "Status" not in moto.client().get_bucket_versioning(Bucket=bucket)

    def test_with_two_consents_it_makes_the_settings(self, bucket: str, moto: S3Server) -> None:
        ran = run("policy", "bucket", "cloud", "--apply", "--yes", "--yes", "--json")
        assert ran.code == 0, ran.error
        made = [found["setting"] for found in ran.objects if found["state"] == "applied"]
        # No origins, and no policy against the http that this server is spoken to with.
        assert made == [setting.value for setting in Setting if setting not in (Setting.CORS, Setting.POLICY)]
        assert moto.client().get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        assert run("policy", "bucket", "cloud", "--apply", "--yes", "--yes").err.endswith("\nNothing to change.\n")


class TestAttach:
    """A policy that is given through the API, at servers that have one."""

    @pytest.fixture
    def bucket(self, site: Site, ceph: S3Server, settings: Any) -> str:
        made = ceph.make_bucket()
        ceph.client().put_object(Bucket=made, Key="media/a.txt", Body=b"a")
        use(settings, {**settings.STORAGES, "cloud": entry(ceph, made)})
        return made

    @pytest.fixture
    def arguments(self, bucket: str) -> tuple[str, ...]:
        return ("policy", "app", "cloud", "--apply", "--user", GUEST[0])

    def test_it_is_shown_first_and_given_after_two_consents(
        self, arguments: tuple[str, ...], bucket: str, ceph: S3Server
    ) -> None:
        guest = ceph.as_other_account().client()
        refused = run(*arguments, "--yes")
        assert (refused.code, "nobody was asked" in refused.error) == (2, True), refused.error
        assert f"policy medialift-app-{bucket} of user {GUEST[0]}" in refused.out
        with pytest.raises(ClientError):
            guest.get_object(Bucket=bucket, Key="media/a.txt")
        given = run(*arguments, "--yes", "--yes", "--json")
        assert (given.code, given.last["state"]) == (0, "applied"), given.error
        try:
            assert guest.get_object(Bucket=bucket, Key="media/a.txt")["Body"].read() == b"a"
            with pytest.raises(ClientError):
                guest.get_object(Bucket=bucket, Key="other/a.txt")
            assert run(*arguments).err == "Nothing to change.\n"
        finally:
            iam(ceph).delete_user_policy(UserName=GUEST[0], PolicyName=f"medialift-app-{bucket}")

    def test_a_user_who_is_not_there_is_told(self, bucket: str) -> None:
        ran = run("policy", "app", "cloud", "--apply", "--user", "nobody-of-that-name", "--yes", "--yes")
        assert ran.code == 2
        assert "404" in ran.error

    def test_a_role_gets_it_too(self, bucket: str, ceph: S3Server) -> None:
        role = f"site-{bucket}"
        who = {"AWS": [f"arn:aws:iam:::user/{GUEST[0]}"]}
        trust = [{"Effect": "Allow", "Principal": who, "Action": ["sts:AssumeRole"]}]
        document = json.dumps({"Version": "2012-10-17", "Statement": trust}, separators=(",", ":"))
        iam(ceph).create_role(RoleName=role, AssumeRolePolicyDocument=document)
        arguments = ("policy", "app", "cloud", "--apply", "--role", role)
        given = run(*arguments, "--yes", "--yes", "--json")
        assert (given.code, given.last["state"]) == (0, "applied"), given.error
        assert run(*arguments).err == "Nothing to change.\n"

    def test_an_administrators_profile_gives_it_to_a_role(
        self, site: Site, moto: S3Server, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = moto.make_bucket()
        use(settings, {**settings.STORAGES, "cloud": entry(moto, made, provider="ceph")})
        name = f"site-{made}"
        iam(moto).create_role(RoleName=name, AssumeRolePolicyDocument="{}")
        keys = f"aws_access_key_id = {moto.access_key_id}\naws_secret_access_key = {moto.secret_access_key}\n"
        (tmp_path / "credentials").write_text(f"[admin]\n{keys}")
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
        arguments = ("policy", "mover", "cloud", "--apply", "--role", name, "--yes", "--yes", "--profile")
        assert run(*arguments, "no-such-profile").code == 2
        assert run(*arguments, "admin").code == 0
        found = iam(moto).get_role_policy(RoleName=name, PolicyName=f"medialift-mover-{made}")
        assert found["PolicyDocument"] == json.loads(run("policy", "mover", "cloud").out)

    def test_a_service_without_that_api_is_refused(self, site: Site, moto: S3Server, settings: Any) -> None:
        use(settings, {**settings.STORAGES, "cloud": entry(moto, moto.make_bucket(), provider="minio")})
        ran = run("policy", "app", "cloud", "--apply", "--user", "site", "--yes", "--yes")
        assert (ran.code, "takes no policies through its API" in ran.error) == (2, True)


def iam(server: S3Server) -> Any:
    session = boto3.session.Session(server.access_key_id, server.secret_access_key, region_name=server.region)
    return session.client("iam", endpoint_url=server.endpoint_url)


class Live:
    """Django's connection to a project, as far as the verb uses it."""

    vendor = "postgresql"

    def __init__(self, admin: Any) -> None:
        self.cursor = admin.cursor


def test_sql_is_run_in_the_project_after_two_consents(
    site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud(settings, provider="supabase", bucket="documents", endpoint_url="https://x.supabase.co", service_key=SECRET)
    use(settings, {**settings.STORAGES, "cloud": without_keys(settings.STORAGES["cloud"])})
    arguments = ("policy", "rls", "cloud", "--apply", "--database", "project")
    with project() as supabase:
        supabase.add("documents", "a/1.pdf", "a")
        monkeypatch.setattr(connections._connections, "project", Live(supabase.admin), raising=False)  # type: ignore[attr-defined]
        refused = run(*arguments)
        assert (refused.code, "nobody was asked" in refused.error) == (2, True)
        assert "create policy" in refused.out
        assert supabase.live()[0] == []
        ran = run(*arguments, "--yes", "--yes")
        assert (ran.code, "0 faults in 4 policies" in ran.out) == (0, True), ran.error
        assert supabase.sees(user("a"), "documents") == {"a/1.pdf"}
        assert supabase.sees(user("b"), "documents") == set()


def without_keys(made: dict[str, Any]) -> dict[str, Any]:
    """Supabase's own protocol knows no access keys."""
    options = {name: value for name, value in made["OPTIONS"].items() if "access_key" not in name}
    return {**made, "OPTIONS": options}


def test_check_says_what_live_policies_allow(
    site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with project() as supabase:
        supabase.run(PUBLISHED)
        monkeypatch.setattr(connections._connections, "project", Live(supabase.admin), raising=False)  # type: ignore[attr-defined]
        ran = run("policy", "rls", "--check", "--database", "project")
        assert ran.code == 1
        assert "rls-open-read  documents: everybody who is signed in can read" in " ".join(ran.out.split("\n"))
        assert run("policy", "rls", "--check", "--database", "project", "--json").last["type"] == "row_findings"
