from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from example.demo.site import Site


def made(folder: Path) -> Site:
    site = Site(folder, {})
    site.manage("migrate", "--verbosity", "0")
    site.manage("make_data", "--photos", "1")
    return site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The example with one photo in each album. Nothing may change it."""
    return made(tmp_path_factory.mktemp("example"))


@pytest.fixture
def own_site(site: Site, tmp_path: Path) -> Site:
    """A copy that a test may change."""
    shutil.copytree(site.data, tmp_path / "site", symlinks=True)
    return Site(tmp_path / "site", {})
