from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def most_memory(files: int) -> int:
    """MiB that a process took at most to plan, copy and verify so many files."""
    moved = subprocess.run(
        [sys.executable, "-m", "tests.move.synthetic", str(files)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert moved.returncode == 0, moved.stderr
    return int(moved.stdout) // 1024


def test_a_hundred_thousand_files_take_hardly_more_memory_than_five_thousand() -> None:
    few, many = most_memory(5_000), most_memory(100_000)
    assert many - few < 16
    assert many < 100
