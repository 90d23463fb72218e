from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from medialift.doctor.checkout import checkout_around, root_of, tracked_below


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path / "site")], check=True)
    return tmp_path / "site"


def test_a_folder_in_a_checkout_is_told_also_before_it_is_made(repository: Path) -> None:
    found = checkout_around(str(repository / "media" / "deep"))
    assert found is not None
    assert (Path(found.root).resolve(), found.ignored) == (repository.resolve(), False)
    (repository / ".gitignore").write_text("/media/\n")
    found = checkout_around(str(repository / "media"))
    assert found is not None
    assert found.ignored


def test_tracked_files_are_told_by_their_exact_names(repository: Path) -> None:
    (repository / "media").mkdir()
    (repository / "media" / "café \n.jpg").write_bytes(b"x")
    subprocess.run(["git", "-C", str(repository), "add", "media"], check=True)
    assert tracked_below(str(repository / "media")) == ("café \n.jpg",)
    assert tracked_below(str(repository / "gone")) == ()


def test_without_a_checkout_or_without_git_nothing_is_told(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checkout_around(str(tmp_path)) is None
    monkeypatch.setenv("PATH", "")
    assert root_of(str(repository)) == ""
    assert tracked_below(str(repository)) == ()
