"""``init`` on a real project, as ``django-admin startproject`` makes it, each time in a process of its own."""

from __future__ import annotations

import json
import os
import pty
import select
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from example.demo.site import FOREIGN
from tests.cli.conftest import files
from tests.cli.test_buckets import SECRET
from tests.servers.s3server import S3Server

S3 = ("--provider", "s3", "--region", "eu-west-1", "--environments", "prod,staging", "--platform", "render")


def run(project: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith((*FOREIGN, "DJANGO_", "FLY_"))}
    return subprocess.run(
        [sys.executable, *arguments], cwd=project, env={**own, **more}, capture_output=True, text=True, timeout=120
    )


def init(project: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return run(project, "-m", "medialift", "init", *arguments, **more)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    home = tmp_path / "shop"
    home.mkdir()
    made = run(home, "-m", "django", "startproject", "shop", ".")
    assert made.returncode == 0, made.stderr
    with (home / "shop" / "settings.py").open("a") as settings:
        settings.write("\nMEDIA_ROOT = BASE_DIR / 'media'\nMEDIA_URL = '/media/'\n")
    (home / "requirements.txt").write_text("django>=4.2\n")
    (home / "media").mkdir()
    (home / "media" / "a.txt").write_text("a")
    return home


def test_from_a_bare_project_to_a_move(project: Path) -> None:
    done = init(project, *S3, "--yes")
    assert done.returncode == 0, done.stderr
    assert "django-medialift[s3]" in (project / "requirements.txt").read_text()
    manage = (project / "manage.py").name
    assert run(project, manage, "check").returncode == 0
    assert run(project, manage, "migrate", "--verbosity", "0").returncode == 0
    (project / "cloud").mkdir()
    cloud = {"CLOUD_STORAGE_URL": (project / "cloud").as_uri()}
    moved = run(project, manage, "medialift", "migrate", "--to", "cloud", "--json", **cloud)
    assert moved.returncode == 0, moved.stderr
    assert files(project / "cloud") == {"a.txt": b"a"}
    move = json.loads(moved.stdout.splitlines()[-1])["move"]
    after = {**cloud, "MEDIA_STORAGE_URL": f"{cloud['CLOUD_STORAGE_URL']}?base_url=/media/"}
    where = run(project, manage, "medialift", "switch", move, "--check", "--json", **after)
    about = {found["id"]: found["state"] for found in map(json.loads, where.stdout.splitlines()) if "id" in found}
    assert (about["medialift.E070"], about["medialift.E071"]) == ("ok", "ok")


def test_a_second_run_through_manage_changes_nothing(project: Path) -> None:
    assert init(project, *S3, "--yes").returncode == 0
    before = files(project)
    again = run(project, "manage.py", "medialift", "init", *S3, "--yes")
    assert again.returncode == 0, again.stderr
    assert "Every file is as it should be." in again.stdout
    assert {name: body for name, body in files(project).items() if "__pycache__" not in name} == {
        name: body for name, body in before.items() if "__pycache__" not in name
    }


@pytest.mark.parametrize("arguments", [("--dry-run",), ()])
def test_without_a_yes_nothing_is_written(project: Path, arguments: tuple[str, ...]) -> None:
    before = {name: body for name, body in files(project).items() if "__pycache__" not in name}
    ran = init(project, *S3, *arguments)
    assert ran.returncode == (0 if arguments else 2)
    assert '+INSTALLED_APPS = [*INSTALLED_APPS, "medialift"]' in ran.stdout
    assert "to write. Nothing else has been changed." in ran.stdout
    assert {name: body for name, body in files(project).items() if "__pycache__" not in name} == before


def test_scripts_get_objects(project: Path) -> None:
    objects = [json.loads(line) for line in init(project, *S3, "--dry-run", "--json").stdout.splitlines()]
    assert objects[0]["facts"]["Host"] == "Render"
    assert {found["state"] for found in objects if found["type"] == "file"} == {"planned"}
    assert objects[-1]["written"] == 0
    assert objects[-1]["left"] > 10


def test_an_unusual_settings_module_gets_a_text_to_paste(project: Path) -> None:
    settings = project / "shop" / "settings.py"
    settings.write_text(settings.read_text().replace("INSTALLED_APPS = [", "globals()['INSTALLED_APPS'] = ["))
    before = settings.read_text()
    ran = init(project, *S3, "--yes")
    assert ran.returncode == 0, ran.stderr
    assert settings.read_text() == before
    assert "The settings: for you to do, because" in ran.stdout
    assert "_MEDIA_BEFORE" in ran.stdout


def test_modes_and_links_survive(project: Path) -> None:
    real = project.parent / "real-settings.py"
    settings = project / "shop" / "settings.py"
    settings.rename(real)
    real.chmod(0o640)
    settings.symlink_to(real)
    assert init(project, *S3, "--yes").returncode == 0
    assert settings.is_symlink()
    assert "medialift" in real.read_text()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert list(real.parent.glob(".real*")) == []


def test_no_secret_of_the_environment_is_written_or_shown(project: Path) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIDSECRET", "AWS_SECRET_ACCESS_KEY": SECRET, "R2_SECRET_ACCESS_KEY": SECRET}
    ran = init(project, *S3, "--yes", **keys)
    written = b"".join(files(project).values()).decode("utf-8", "replace")
    for secret in (SECRET, "AKIDSECRET"):
        assert secret not in ran.stdout + ran.stderr + written


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no provider is named"),
        (("--provider", "s3"), "needs the bucket's region"),
        (("--provider", "r2"), "needs the account"),
        (("--provider", "minio"), "needs its address"),
        (("--provider", "s3", "--region", "x", "--environments", "Prod!"), "no environment's name"),
        (("--provider", "s3", "--region", "x", "--environments", "a,b", "--bucket", "one"), "share one bucket"),
        (("--provider", "minio", "--endpoint-url", "http://key:secret@host"), "without credentials"),
        (("--provider", "s3", "--region", "x", "--prefix", "a/../b"), "without empty, . or .. parts"),
    ],
)
def test_what_is_missing_or_wrong_is_told_with_the_flag(project: Path, arguments: tuple[str, ...], said: str) -> None:
    before = files(project)
    ran = init(project, *arguments, "--yes")
    assert ran.returncode == 2, ran.stdout
    assert said in ran.stderr
    assert {name for name in files(project) if "__pycache__" not in name} == set(before) - {
        name for name in before if "__pycache__" in name
    }


def test_the_nearest_region_comes_from_the_host(project: Path) -> None:
    ran = init(project, "--provider", "s3", "--dry-run", FLY_REGION="cdg", FLY_APP_NAME="shop")
    assert "region=eu-west-3" in ran.stdout
    assert "Fly.io" in ran.stdout


@pytest.mark.parametrize(("provider", "region"), [("spaces", "lon1"), ("hetzner", "nbg1"), ("scaleway", "fr-par")])
def test_the_nearest_region_is_that_of_the_provider(project: Path, provider: str, region: str) -> None:
    ran = init(project, "--provider", provider, "--dry-run", FLY_REGION="cdg", FLY_APP_NAME="shop")
    assert f"region={region}" in ran.stdout, ran.stderr


def test_where_the_account_has_the_region_it_is_asked_for_with_the_known_ones(project: Path) -> None:
    ran = init(project, "--provider", "b2", "--dry-run", "--no-input", FLY_REGION="cdg", FLY_APP_NAME="shop")
    assert ran.returncode == 2
    assert "that of your account" in ran.stderr
    assert "us-west-004" in ran.stderr
    told = init(project, "--provider", "b2", "--endpoint-url", "https://s3.us-west-004.backblazeb2.com", "--dry-run")
    assert told.returncode == 0, told.stderr


def test_where_keys_know_no_folders_there_is_none_in_a_bucket_of_its_own(project: Path) -> None:
    r2 = ("--provider", "r2", "--account-id", "0123abcd", "--dry-run")
    assert "r2://shop-prod-media?account_id=0123abcd" in init(project, *r2).stdout
    assert "r2://shop-prod-media/media?" in init(project, *r2, "--static").stdout
    assert "r2://shop-prod-media/pics?" in init(project, *r2, "--prefix", "pics").stdout


def test_away_from_a_project_it_says_where_to_run(tmp_path: Path) -> None:
    ran = init(tmp_path, *S3)
    assert ran.returncode == 2
    assert "in the folder that holds manage.py" in ran.stderr


class TestBuckets:
    @pytest.fixture(params=["moto", "ceph_tls"])
    def server(self, request: pytest.FixtureRequest) -> S3Server:
        return request.getfixturevalue(request.param)  # type: ignore[no-any-return]

    def make(self, project: Path, server: S3Server, app: str, *more: str) -> subprocess.CompletedProcess[str]:
        keys = {"AWS_ACCESS_KEY_ID": server.access_key_id, "AWS_SECRET_ACCESS_KEY": server.secret_access_key}
        trust = {"AWS_CA_BUNDLE": server.ca_file} if server.ca_file else {}
        where = ("--provider", "ceph", "--endpoint-url", server.endpoint_url, "--bucket", f"{app}-{{env}}-media")
        arguments = (*where, "--environments", "prod,staging", "--create-bucket", "--yes", "--json", *more)
        return init(project, *arguments, **keys, **trust)

    def test_each_environment_gets_its_own_and_the_doctor_looks(self, project: Path, server: S3Server) -> None:
        app = f"shop-{os.urandom(4).hex()}"
        planned = self.make(project, server, app, "--dry-run")
        assert self.states(planned) == {"prod": "planned", "staging": "planned"}
        ran = self.make(project, server, app)
        assert self.states(ran) == {"prod": "made", "staging": "made"}, ran.stderr
        client = server.client()
        for environment in ("prod", "staging"):
            bucket = f"{app}-{environment}-media"
            assert client.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
            assert client.get_bucket_encryption(Bucket=bucket)
            block = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
            assert {switch for switch, on in block.items() if not on} == {"BlockPublicAcls"}, "it shuts out uploads"
            assert "Contents" not in client.list_objects_v2(Bucket=bucket)
        # A policy against what travels in the clear would shut out a site that speaks http to its bucket.
        assert ("left out" in ran.stderr) == server.endpoint_url.startswith("http://")
        checks = [found for found in map(json.loads, ran.stdout.splitlines()) if found["type"] == "check"]
        assert {found["alias"] for found in checks} == {"prod", "staging"}
        # The keys may make buckets, which is more than the site needs: all the rest is right.
        wrong = [found for found in checks if found["state"] == "finding"]
        no_private_buckets = {"medialift.E029"} if server.name == "moto" else set()
        assert {found["id"] for found in wrong} <= {"medialift.W019", *no_private_buckets}, json.dumps(wrong)
        # The settings do not name the bucket yet, and it is known all the same that its files are to be private.
        private = next(found for found in checks if found["id"] == "medialift.W022")
        assert private["state"] == "ok"
        again = self.make(project, server, app)
        assert self.states(again) == {"prod": "found", "staging": "found"}

    def states(self, ran: subprocess.CompletedProcess[str]) -> dict[str, Any]:
        objects = map(json.loads, ran.stdout.splitlines())
        return {found["environment"]: found["state"] for found in objects if found["type"] == "bucket"}


def test_without_keys_the_providers_own_variables_are_named(project: Path) -> None:
    ran = init(project, "--provider", "b2", "--region", "us-west-004", "--create-bucket", "--yes")
    assert ran.returncode == 2
    assert "Set B2_APPLICATION_KEY_ID and B2_APPLICATION_KEY, or" in ran.stderr


def test_a_person_is_asked_for_everything_and_before_each_file(project: Path) -> None:
    answers = ["s3", "", "", "", "eu-west-1", "", "y", "y", "n", *["y"] * 20]
    code, shown = on_a_terminal(project, "\n".join(answers) + "\n")
    assert code == 0, shown
    assert "Provider (" in shown
    assert "Bucket: [shop-{env}-media]" in shown
    assert "requirements.txt: written" in shown
    assert ".env.example: declined" in shown
    assert "django-medialift[s3]" in (project / "requirements.txt").read_text()
    assert "medialift.config()" in (project / "shop" / "settings.py").read_text()
    assert not (project / ".env.example").exists()
    assert (project / "docs" / "media.md").exists()


def on_a_terminal(project: Path, typed: str) -> tuple[int, str]:
    """Run ``init`` with all three streams on a terminal; gives the exit code and all that it showed."""
    main, side = pty.openpty()
    own = {name: value for name, value in os.environ.items() if not name.startswith((*FOREIGN, "DJANGO_", "FLY_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "medialift", "init"], cwd=project, env=own, stdin=side, stdout=side, stderr=side
    )
    os.close(side)
    os.write(main, typed.encode())
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([main], [], [], 0.1)[0]:
            try:
                shown += os.read(main, 65536)
            except OSError:  # Linux tells the end of a terminal this way
                break
    os.close(main)
    return process.wait(timeout=10), shown.decode()
