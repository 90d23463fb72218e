"""Asks git about a site's files. Without git, or outside a checkout, there is nothing to say."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 30.0
"""Seconds that git may take."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder inside a checkout. ``ignored``: git is told to leave it alone."""

    folder: str
    root: str
    ignored: bool


def checkout_around(folder: str) -> Checkout | None:
    """The checkout that *folder* lies in; the folder itself need not be there yet."""
    root = root_of(folder)
    if not root:
        return None
    inside = f"{os.path.realpath(folder).rstrip('/')}/any"
    return Checkout(folder, root, _git(root, "check-ignore", "-q", "--", inside) is not None)


def is_for_git(path: str) -> bool:
    """Whether git would take a file at *path* into a commit: it lies in a checkout, and nothing ignores it."""
    parent = os.path.dirname(os.path.realpath(path))
    root = root_of(parent)
    return bool(root) and _git(root, "check-ignore", "-q", "--", os.path.realpath(path)) is None


def root_of(folder: str) -> str:
    """The top of the checkout that *folder* lies in, or empty."""
    there = next((parent for parent in (Path(folder), *Path(folder).parents) if parent.is_dir()), None)
    found = _git(str(there), "rev-parse", "--show-toplevel") if there else None
    return os.fsdecode(found).rstrip("\n") if found else ""


def tracked_below(folder: str) -> tuple[str, ...]:
    """The files below *folder* that git tracks, relative to it."""
    found = _git(folder, "ls-files", "-z") if Path(folder).is_dir() else None
    return tuple(os.fsdecode(name) for name in (found or b"").split(b"\0") if name)


def _git(folder: str, *words: str) -> bytes | None:
    """What git says, ``None`` if it says no."""
    git = shutil.which("git")
    if not git:
        return None
    try:
        done = subprocess.run([git, "-C", folder, *words], capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 (no shell, and each word is a path or our own)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
