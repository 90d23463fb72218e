"""One process, measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks.values import Command, Usage

CHILD = Path(__file__).with_name("child.py")
ROOT = CHILD.parent.parent
PATIENCE = 3600
"""Seconds after which a contestant counts as stuck."""


def measured(command: Command, home: Path) -> Usage:
    """Run *command* to its end; what it prints is kept in ``output.txt`` in *home*.

    Raises ``subprocess.TimeoutExpired`` for one that is stuck.
    """
    result = home / "usage.json"
    with (home / "output.txt").open("wb") as output:
        subprocess.run(
            [sys.executable, "-I", "-S", str(CHILD), str(result), *command.arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**plain_environment(), **command.environment},
            cwd=ROOT,
            check=True,
            timeout=PATIENCE,
        )
    return Usage(**json.loads(result.read_text(encoding="utf-8")))


def plain_environment() -> dict[str, str]:
    """The environment without anybody's own credentials, configuration or proxies."""
    kept = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ}
