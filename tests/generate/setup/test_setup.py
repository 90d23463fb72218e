from __future__ import annotations

import ast
import json
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from medialift.errors import ConfigError
from medialift.generate.regions import CITIES, FLY, nearest
from medialift.generate.rollout import PLATFORMS
from medialift.generate.setup import settings as settings_block
from medialift.generate.setup.plan import proposals
from medialift.generate.setup.requirements import requirements
from medialift.generate.setup.values import Choices, Edit, Environment, Site
from medialift.providers import load_provider, provider_ids

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PLAIN = 'INSTALLED_APPS = [\n    "django.contrib.admin",  # a comment\n]\n'
ENVIRONMENTS = (Environment("prod", "shop-prod-media"), Environment("staging", "shop-staging-media"))


def choices(provider: str = "s3", **more: Any) -> Choices:
    known: dict[str, Any] = {"environments": ENVIRONMENTS, "region": "eu-west-1", **more}
    return Choices(load_provider(provider), **known)


def site(files: Mapping[str, str], **more: Any) -> Site:
    known: dict[str, Any] = {
        "settings": "shop/settings.py", "storages": False, "on_disk": True, "media": "media",
        "platform": PLATFORMS["render"], **more,
    }  # fmt: skip
    return Site(files.get, **known)


def apply(files: Mapping[str, str], edits: tuple[Edit, ...]) -> dict[str, str]:
    return {**files, **{edit.path: edit.after for edit in edits}}


@pytest.mark.parametrize("provider", provider_ids())
@pytest.mark.parametrize("static", [False, True])
def test_a_second_run_has_nothing_to_propose(provider: str, static: bool) -> None:
    files = {"requirements.txt": "django>=5", "shop/settings.py": PLAIN}
    wanted = choices(provider, static=static)
    first = proposals(wanted, site(files))
    assert first.manual == ()
    after = apply(files, first.edits)
    # The settings that are in force then hold the block: its own STORAGES, and medialift among the apps.
    assert proposals(wanted, site(after, storages=True, installed=True, on_disk=False)).edits == ()
    ast.parse(after["shop/settings.py"])
    for path, text in after.items():
        assert not path.endswith(".json") or json.loads(text)


def test_several_environments_never_share_a_bucket() -> None:
    with pytest.raises(ConfigError, match="share one bucket"):
        choices(environments=(Environment("prod", "b"), Environment("staging", "b")))


class TestRequirements:
    def test_a_list_gets_one_line_in_its_own_line_ends(self) -> None:
        (edit,) = requirements(site({"requirements.txt": "django>=5\r\nPillow"})).edits
        assert edit.after == "django>=5\r\nPillow\r\ndjango-medialift[s3]\r\n"

    @pytest.mark.parametrize("named", ["django-medialift", "Django_Medialift[s3]==0.1", "  django-medialift>=0.1"])
    def test_what_is_listed_already_stays(self, named: str) -> None:
        assert not requirements(site({"requirements.txt": f"django\n{named}\n"})).edits

    def test_pyproject_gets_it_where_the_edit_changes_nothing_else(self) -> None:
        text = '[project]\nname = "shop"\ndependencies = [\n  "django>=5", # keep\n]\n[tool.x]\ndependencies = ["y"]\n'
        (edit,) = requirements(site({"pyproject.toml": text})).edits
        assert tomllib.loads(edit.after)["project"]["dependencies"] == ["django-medialift[s3]", "django>=5"]
        assert "# keep" in edit.after

    @pytest.mark.parametrize(
        "files",
        [
            {},
            {"pyproject.toml": '[tool.x]\ndependencies = ["y"]\n[project]\nname = "a"\ndependencies = ["django"]\n'},
            {"pyproject.toml": '[project]\nname = "a"\ndynamic = ["dependencies"]\n'},
            {"pyproject.toml": "not toml ["},
            {"pyproject.toml": '[project]\nname = "a"\ndependencies = ["django"]\n', "uv.lock": ""},
            {"pyproject.toml": "[tool.poetry.dependencies]\ndjango = '^5'\n"},
        ],
    )
    def test_anything_else_is_left_to_a_person(self, files: dict[str, str]) -> None:
        found = requirements(site(files))
        assert found.edits == ()
        assert "django-medialift[s3]" in found.manual[0].text


class TestSettings:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("INSTALLED_APPS = [", "cannot be parsed"),
            ("if True:\n    INSTALLED_APPS = []\n", "does not set INSTALLED_APPS"),
            (f"{PLAIN}DEFAULT_FILE_STORAGE = 'x'\n", "DEFAULT_FILE_STORAGE is set"),
            (f"{PLAIN}STATICFILES_STORAGE: str = 'x'\n", "STATICFILES_STORAGE is set"),
        ],
    )
    def test_an_unusual_module_is_never_touched(self, text: str, why: str) -> None:
        found = settings_block.settings(choices(), site({"shop/settings.py": text}))
        assert found.edits == ()
        assert why in found.manual[0].why
        assert "medialift.config()" in found.manual[0].text

    def test_a_module_that_takes_over_another_is_fine(self) -> None:
        assert settings_block.settings(choices(), site({"shop/settings.py": "from .base import *\n"})).edits

    def test_what_stands_in_the_module_stays_as_it_is(self) -> None:
        (edit,) = settings_block.settings(choices(), site({"shop/settings.py": PLAIN})).edits
        assert edit.after.startswith(PLAIN)

    def test_a_changed_wish_replaces_the_block_and_nothing_else(self) -> None:
        (first,) = settings_block.settings(choices(), site({"shop/settings.py": PLAIN})).edits
        after = {"shop/settings.py": first.after + "MINE = 1\n"}
        (second,) = settings_block.settings(choices(static=True), site(after, storages=True, installed=True)).edits
        assert second.after.count(settings_block.BEGIN) == 1
        assert second.after.startswith(PLAIN)
        assert "MINE = 1" in second.after
        assert "ManifestStaticStorage" in second.after
        assert 'INSTALLED_APPS = [*INSTALLED_APPS, "medialift"]' in second.after

    def test_own_storages_are_kept(self) -> None:
        text = settings_block.written(choices(), site({}, storages=True, on_disk=False))
        scope: dict[str, Any] = {"INSTALLED_APPS": [], "STORAGES": {"default": {"BACKEND": "a"}, "x": {"BACKEND": "b"}}}
        exec(text, scope)
        assert scope["STORAGES"] == {"default": {"BACKEND": "a"}, "before": {"BACKEND": "a"}, "x": {"BACKEND": "b"}}

    def test_the_variables_decide(self, monkeypatch: pytest.MonkeyPatch) -> None:
        text = settings_block.written(choices(static=True), site({}))
        monkeypatch.setenv("MEDIA_STORAGE_URL", "s3://pics/media?region=eu-west-1")
        monkeypatch.setenv("CLOUD_STORAGE_URL", "s3://pics/media?region=eu-west-1")
        monkeypatch.setenv("STATIC_STORAGE_URL", "s3://pics/static?region=eu-west-1&access=public")
        scope: dict[str, Any] = {"INSTALLED_APPS": ()}
        exec(text, scope)
        entries = scope["STORAGES"]
        assert scope["INSTALLED_APPS"] == ["medialift"]
        assert entries["default"] == entries["cloud"]
        assert entries["default"]["OPTIONS"]["prefix"] == "media"
        assert entries["staticfiles"]["OPTIONS"]["prefix"] == "static"
        assert "FileSystemStorage" in entries["local"]["BACKEND"]


class TestFiles:
    def proposed(self, files: dict[str, str], **more: Any) -> dict[str, str]:
        found = proposals(choices(**more), site({"requirements.txt": "", "shop/settings.py": PLAIN, **files}))
        return {edit.path: edit.after for edit in found.edits}

    def test_the_projects_own_example_file_is_used_and_what_it_has_stays(self) -> None:
        found = self.proposed({".env.sample": "DEBUG=1\nexport AWS_ACCESS_KEY_ID=\n# CLOUD_STORAGE_URL=\n"})
        assert ".env.example" not in found
        text = found[".env.sample"]
        assert text.startswith("DEBUG=1\nexport AWS_ACCESS_KEY_ID=\n")
        assert text.count("AWS_ACCESS_KEY_ID=") == 1
        assert text.count("CLOUD_STORAGE_URL=") == 1
        assert "MEDIA_STORAGE_URL=\n" in text

    def test_no_variable_has_a_secret(self) -> None:
        for provider in provider_ids():
            lines = self.proposed({}, provider=provider)[".env.example"].splitlines()
            values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
            assert all(not value for name, value in values.items() if not name.endswith("_URL"))

    @pytest.mark.parametrize("known", ["media\n", "/media/\n", "*.pyc\nmedia/\n"])
    def test_what_git_ignores_already_is_not_written_again(self, known: str) -> None:
        assert ".gitignore" not in self.proposed({".gitignore": known})

    def test_media_outside_of_the_project_need_no_line(self) -> None:
        found = proposals(choices(), site({"shop/settings.py": PLAIN}, media=""))
        assert ".gitignore" not in [edit.path for edit in found.edits]

    def test_every_environment_has_policies_of_its_own_bucket(self) -> None:
        found = self.proposed({})
        assert "arn:aws:s3:::shop-staging-media/media/*" in found["docs/media/staging/app.json"]
        assert "shop-staging-media" not in found["docs/media/prod/app.json"]
        assert json.loads(found["docs/media/prod/bucket.json"])["versioning"] == {"Status": "Enabled"}

    def test_r2_gets_steps(self) -> None:
        found = self.proposed({}, provider="r2", environments=ENVIRONMENTS[:1], account_id="abc")
        assert "Manage API tokens" in found["docs/media/app.md"]

    @pytest.mark.parametrize(("access", "readers"), [("private", "authenticated"), ("public", "anon, authenticated")])
    def test_supabase_gets_the_rules_of_its_rows(self, access: str, readers: str) -> None:
        found = self.proposed({}, provider="supabase", account_id="abc", access=access)
        sql = found["docs/media/staging/rls.sql"]
        assert "bucket_id = 'shop-staging-media'" in sql
        assert f"for select to {readers}" in sql
        assert "shop-staging-media" not in found["docs/media/prod/rls.sql"]

    def test_an_address_of_an_earlier_run_becomes_that_of_this_one(self) -> None:
        first = self.proposed({})[".env.example"]
        mine = first.replace("AWS_ACCESS_KEY_ID=", "AWS_ACCESS_KEY_ID=mine") + "OTHER_STORAGE_URL=s3://x\r\n"
        found = self.proposed({".env.example": mine}, provider="r2", account_id="abc")[".env.example"]
        assert "\nCLOUD_STORAGE_URL=r2://shop-prod-media" in found
        assert "CLOUD_STORAGE_URL=s3" not in found
        assert "AWS_ACCESS_KEY_ID=mine\n" in found
        assert "OTHER_STORAGE_URL=s3://x\r\n" in found
        assert ".env.example" not in self.proposed({".env.example": first})

    def test_the_page_for_the_team_has_the_sequence_of_its_host(self) -> None:
        page = self.proposed({})["docs/media.md"]
        for said in (
            "shop-prod-media",
            "a one-off job cannot see its disk",
            "switch MOVE --check",
            "smoke default",
            "back MOVE",
        ):
            assert said in page


@pytest.mark.parametrize(
    ("provider", "environment", "region"),
    [
        ("s3", {"AWS_REGION": "eu-north-1", "FLY_REGION": "iad"}, "eu-north-1"),
        ("s3", {"FLY_REGION": "cdg"}, "eu-west-3"),
        ("s3", {"FLY_REGION": "zzz"}, ""),
        ("s3", {"FLY_REGION": "dfw"}, "us-east-2"),
        ("spaces", {"FLY_REGION": "cdg"}, "lon1"),
        ("spaces", {"FLY_REGION": "bom"}, "blr1"),
        ("spaces", {"AWS_REGION": "eu-central-1"}, "fra1"),
        ("wasabi", {"FLY_REGION": "ams"}, "eu-central-1"),
        ("wasabi", {"FLY_REGION": "nrt"}, "ap-northeast-1"),
        ("wasabi", {"AWS_DEFAULT_REGION": "us-west-2"}, "us-west-1"),
        ("hetzner", {"FLY_REGION": "arn"}, "hel1"),
        ("hetzner", {"FLY_REGION": "fra"}, "nbg1"),
        ("scaleway", {"FLY_REGION": "ams"}, "nl-ams"),
        ("scaleway", {"FLY_REGION": "arn"}, "pl-waw"),
        ("scaleway", {"AWS_REGION": "xx-nowhere-1"}, ""),
        ("scaleway", {}, ""),
        ("minio", {"FLY_REGION": "cdg"}, ""),
        # Nobody can choose: the account was opened in one of them.
        ("b2", {"FLY_REGION": "cdg"}, ""),
    ],
)
def test_the_nearest_region_is_told_only_where_there_is_a_sign(
    provider: str, environment: dict[str, str], region: str
) -> None:
    assert nearest(load_provider(provider), environment) == region


def test_every_city_of_a_region_and_of_a_platform_lies_somewhere() -> None:
    named = {city for id in provider_ids() if (found := load_provider(id).regions) for city in found.cities.values()}
    assert named | set(FLY.values()) == set(CITIES)
