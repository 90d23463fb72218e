"""The script of the page, as a deploy pipeline runs it: every end of the doctor has a code of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT
from tests.doctor.staging.project import Project, healthy_project
from tests.doctor.staging.sites import setting

PAGE = (ROOT / "docs" / "setup" / "doctor.md").read_text(encoding="utf-8")
(SCRIPT,) = re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return healthy_project(tmp_path)


def pipeline(project: Project, script: str = SCRIPT) -> subprocess.CompletedProcess[str]:
    tools = project.home / "bin"
    tools.mkdir()
    (tools / "python").symlink_to(sys.executable)
    path = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        ["sh", "-c", script], cwd=project.code, env={**path, **project.environment}, capture_output=True, text=True
    )


def test_a_good_site_passes(project: Project) -> None:
    ran = pipeline(project)
    assert (ran.returncode, ran.stdout) == (0, "media: nothing is wrong\n"), ran.stderr


def test_a_finding_fails_the_deploy_and_is_shown(project: Project) -> None:
    setting("", RENDER="true")(project)
    ran = pipeline(project)
    assert (ran.returncode, ran.stdout.count("\n")) == (1, 1)
    assert "medialift.W007" in ran.stdout


def test_what_djangos_checks_refuse_is_a_finding_too(project: Project) -> None:
    """Without the doctor's care, Django's own checks would end it before it says a word."""
    setting('STORAGES["cloud"] = {"BACKEND": "medialift.storage.MediaStorage", "OPTIONS": {"bukcet": "b"}}')(project)
    ran = pipeline(project)
    assert (ran.returncode, "medialift.E002" in ran.stdout) == (1, True)


def test_a_doctor_that_cannot_run_is_told_apart(project: Project) -> None:
    ran = pipeline(project, SCRIPT.replace("doctor --json", "doctor nowhere --json"))
    assert (ran.returncode, '"type": "error"' in ran.stdout) == (2, True)


@pytest.mark.parametrize("line", ["import no_such_module", 'raise RuntimeError("no")', "INSTALLED_APPS += ['gone']"])
def test_settings_that_cannot_be_imported_are_told_apart(line: str, project: Project) -> None:
    setting(line)(project)
    assert pipeline(project).returncode == 2
