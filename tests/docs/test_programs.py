"""The ``python`` blocks of the pages run as they stand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, blocks
from tests.docs.sessions import DOCS, RUN_AS_PROGRAM


def program(page: Path) -> str:
    return "\n\n".join(block.text for block in blocks(page) if block.language == "python" and not block.not_run)


@pytest.mark.parametrize("page", sorted(RUN_AS_PROGRAM), ids=lambda page: page.name)
def test_the_programs_of_a_page_run(page: Path) -> None:
    assert program(page)
    done = subprocess.run([sys.executable, "-W", "error", "-c", program(page)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_store_that_is_written_on_the_page_keeps_the_contract(tmp_path: Path) -> None:
    written = tmp_path / "test_written_store.py"
    written.write_text(program(DOCS / "writing-a-store.md"), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:django",
        f"--rootdir={tmp_path}",
    ]
    done = subprocess.run([*command, "-c", "/dev/null", str(written)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout.splitlines()[-1], done.stdout


def test_the_written_store_type_checks(tmp_path: Path) -> None:
    written = tmp_path / "written_store.py"
    usage = "\n\nSTORE: ObjectStore = SQLiteStore('objects.sqlite3')\n"
    written.write_text(program(DOCS / "writing-a-store.md") + usage, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file=", f"--cache-dir={tmp_path}/cache", str(written)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
