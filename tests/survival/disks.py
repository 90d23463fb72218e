"""Disks that are soon full."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MIB = 1024 * 1024


@dataclass(frozen=True)
class TinyDisk:
    """A file system in memory, mounted at ``path``."""

    path: Path

    def remount(self, **options: str | int) -> None:
        """Change its size (bytes), its ``nr_inodes``, or whether it may be written (``ro=""``, ``rw=""``)."""
        _mount("-o", ",".join(["remount", *_written(options)]), str(self.path))


@contextlib.contextmanager
def tiny_disk(path: Path, **options: str | int) -> Iterator[TinyDisk]:
    """A disk for the time of the block, with the mount options of tmpfs(5); skips the test where none can be made."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small disk that this test fills")
    path.mkdir()
    try:
        _mount("-t", "tmpfs", "-o", ",".join(_written(options)), "tmpfs", str(path))
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this machine mounts no tmpfs: {error.stderr.decode().strip()}")
    try:
        yield TinyDisk(path)
    finally:
        # Lazily: whatever a test has left open there must not keep the disk for ever.
        subprocess.run(["umount", "--lazy", str(path)], check=True, capture_output=True)


def _written(options: dict[str, str | int]) -> list[str]:
    return [f"{name}={value}" if value != "" else name for name, value in options.items()]


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)
