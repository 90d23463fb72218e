"""``python -m medialift``, where there is a project, half of one, or none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import medialift

SETTINGS = """
import medialift
SECRET_KEY = "x"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""


def run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "medialift", *words]
    return subprocess.run(command, cwd=folder, env={**own, **more}, capture_output=True, text=True, timeout=60)


def test_the_version_is_ours_and_needs_no_project(tmp_path: Path) -> None:
    for more in ({}, {"DJANGO_SETTINGS_MODULE": "broken"}):
        said = run(tmp_path, "--version", **more)
        assert (said.returncode, said.stdout, said.stderr) == (0, f"{medialift.__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "taught"),
    [((), "Show what a move would do"), (("--help",), "bring it back"), (("plan", "--help"), "change nothing")],
)
def test_help_needs_no_project(words: tuple[str, ...], taught: str, tmp_path: Path) -> None:
    said = run(tmp_path, *words)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith(f"usage: python -m medialift {'plan ' if words[:1] == ('plan',) else ''}[-h]")
    assert taught in " ".join(said.stdout.split())


def test_without_settings_it_says_what_to_type(tmp_path: Path) -> None:
    said = run(tmp_path, "plan", "--to", "cloud")
    assert (said.returncode, said.stdout) == (2, "")
    assert "DJANGO_SETTINGS_MODULE is not set" in said.stderr
    assert "--settings mysite.settings" in said.stderr
    assert "python -m medialift plan --help" in said.stderr


def test_settings_that_are_not_there_are_told(tmp_path: Path) -> None:
    said = run(tmp_path, "plan", "--to", "cloud", "--settings", "shop.settings")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith("python -m medialift: there is no settings module 'shop.settings'\n")


def test_what_settings_themselves_cannot_import_is_not_mistaken_for_them(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("import no_such_module\n")
    assert "No module named 'no_such_module'" in run(tmp_path, "status", "--settings=shop").stderr


def test_a_storage_that_settings_get_wrong_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(SETTINGS + 'STORAGES = {"default": medialift.config("r2://bucket")}\n')
    said = run(tmp_path, "status", "--settings=shop")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith("python -m medialift: shop: Cloudflare R2 needs the endpoint\n  Set endpoint_url")
    assert "Traceback" not in said.stderr


def test_settings_that_do_not_name_medialift_do(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(SETTINGS)
    (tmp_path / "manage.py").write_text('os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop")\n')
    said = run(tmp_path, "status", "--json")
    assert "Traceback" not in said.stderr
    assert "manage.py migrate" in said.stderr + said.stdout
