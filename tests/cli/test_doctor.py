"""The verb: what it prints, and how it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Site, files, run, use
from tests.cli.test_buckets import SECRET, entry
from tests.servers.s3server import S3Server


@pytest.fixture
def wrong(site: Site, rclone: S3Server, settings: Any) -> None:
    """``cloud`` has a secret that its server refuses."""
    use(settings, {**settings.STORAGES, "cloud": entry(rclone, rclone.make_bucket(), secret_access_key=SECRET)})


def test_a_healthy_site_ends_with_0_and_keeps_its_files_alone(filled: Site) -> None:
    before = files(filled.media)
    ran = run("doctor")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "Nothing is wrong.")
    assert files(filled.media) == before
    assert files(filled.cloud) == {}


def test_a_finding_ends_with_1_and_has_a_fix(wrong: None) -> None:
    ran = run("doctor", "cloud")
    assert ran.code == 1
    assert "medialift.E012" in ran.out
    assert "Set access_key_id and secret_access_key of STORAGES['cloud']" in " ".join(ran.out.split())
    assert ran.out.splitlines()[-1].startswith("1 finding")
    assert max(map(len, ran.out.splitlines())) <= 80


def test_json_has_one_object_for_each_check_and_no_secret(wrong: None) -> None:
    ran = run("doctor", "cloud", "--json")
    found = [told for told in ran.objects if told["type"] == "check" and told["state"] == "finding"]
    assert [(told["id"], told["alias"], told["level"]) for told in found] == [("medialift.E012", "cloud", "error")]
    assert ran.last["type"] == "doctor"
    assert ran.last["findings"] == 1
    assert ran.last["ok"] + ran.last["unknown"] + ran.last["not_applicable"] + 1 == len(ran.objects) - 1
    assert SECRET not in ran.out + ran.err + ran.error


def test_settings_are_told_too(site: Site, settings: Any) -> None:
    overwriting = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"provider": "memory", "overwrite": True}}
    use(settings, {**settings.STORAGES, "cloud": overwriting})
    ran = run("doctor", "cloud")
    assert (ran.code, "medialift.W004" in ran.out) == (1, True)
    settings.SILENCED_SYSTEM_CHECKS = ["medialift.W004"]
    assert run("doctor", "cloud").code == 0


def test_an_entry_that_says_the_same_as_another_is_looked_at_once(site: Site, settings: Any) -> None:
    use(settings, {"local": settings.STORAGES["default"], **settings.STORAGES})
    checked = {found["alias"] for found in run("doctor", "--json").objects if found["type"] == "check"}
    assert (checked & {"local", "default"}) == {"default"}
    assert {found["alias"] for found in run("doctor", "local", "--json").objects if "alias" in found} >= {"local"}


def test_checks_that_end_for_one_reason_are_told_in_one_entry(site: Site, settings: Any, tmp_path: Path) -> None:
    gone = tmp_path / "not here"
    use(settings, {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": {"location": gone}}})
    ran = run("doctor", "default")
    assert f"mkdir -p '{gone}'" in ran.out
    (unknown,) = (line for line in ran.out.splitlines() if "see medialift.E013" in line)
    assert "checks (see medialift.E013)" in unknown


def test_only_one_check(wrong: None) -> None:
    for spelled in ("E012", "medialift.E012", "e012"):
        assert [told["id"] for told in run("doctor", "cloud", "--only", spelled, "--json").objects[:-1]] == [
            "medialift.E012"
        ]
    assert run("doctor", "cloud", "--only", "E001").code == 0


@pytest.mark.parametrize("arguments", [("nowhere",), ("cloud", "--only", "E998")])
def test_what_makes_no_sense_ends_with_2(site: Site, arguments: tuple[str, ...]) -> None:
    ran = run("doctor", *arguments)
    assert (ran.code, ran.out) == (2, "")


def test_an_entry_that_cannot_be_opened_is_a_finding(site: Site, settings: Any) -> None:
    broken = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"bukcet": "b"}}
    use(settings, {**settings.STORAGES, "cloud": broken})
    ran = run("doctor")
    assert (ran.code, ran.out.count("medialift.E002")) == (1, 1)
    assert "did you mean 'bucket'" in " ".join(ran.out.split())
