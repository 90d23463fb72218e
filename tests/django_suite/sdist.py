"""Django's tests are in its source archive only: fetch the one of the installed version, once per machine."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import django

PACKAGES = ("file_storage", "file_uploads", "model_fields", "staticfiles_tests")
"""Only these are made importable: other packages of Django's tests hide installed ones (``responses``)."""


def django_tests() -> Path:
    """A folder with Django's test packages. Raises ``RuntimeError`` where the archive cannot be had."""
    tests = _cache() / f"django-{django.__version__}-{len(PACKAGES)}"
    if not tests.is_dir():
        with tempfile.TemporaryDirectory(dir=_cache()) as folder:
            _unpack(_fetch(django.__version__, Path(folder)), tests)
    return tests


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "medialift-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _fetch(version: str, folder: Path) -> Path:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    done = subprocess.run(
        [*pip, "--dest", str(folder), f"django=={version}"], capture_output=True, text=True, check=False
    )
    archives = list(folder.glob("*.tar.gz"))
    if done.returncode or not archives:
        raise RuntimeError(f"Django's source archive cannot be fetched: {(done.stderr or done.stdout).strip()[-500:]}")
    return archives[0]


def _unpack(archive: Path, target: Path) -> None:
    """Put the packages at *target* in one step, so that two processes may do it at once."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        with tarfile.open(archive) as files:
            members = [member for member in files.getmembers() if _package(member.name) in PACKAGES]
            # Debian 12's Python has no filters yet: no argument then, but an attribute that it does not read.
            files.extraction_filter = getattr(tarfile, "data_filter", None)
            files.extractall(folder, members)
        found = next(Path(folder).glob("*/tests"))
        try:
            found.rename(target)
        except OSError:
            if not target.is_dir():
                raise


def _package(member: str) -> str:
    parts = member.split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "tests" else ""
