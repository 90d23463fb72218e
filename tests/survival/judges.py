"""Tools that are not ours and say whether two places hold the same: rclone and GNU sha256sum."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.servers.rclone import rclone_program
from tests.servers.s3server import S3Server
from tests.survival.site import PREFIX, Site

UNFINISHED = ".medialift-*.part"
"""What a killed writer leaves on a disk, under names that no store lists."""

PROBED = ".medialift-probe/**"
"""What a mover that is killed while it tries the service leaves there; a later trial removes it."""


def assert_same(site: Site, server: S3Server) -> None:
    """Every file of the folder is in the bucket with the same bytes, and nothing else is: ``rclone check``."""
    assert differences(site, server) == []


def differences(site: Site, server: S3Server) -> list[str]:
    """Lines of ``rclone check``: ``+ name`` only in the folder, ``- name`` only in the bucket, ``* name`` different."""
    # A bucket without objects is a folder that rclone does not find.
    done = _rclone(
        server, "check", str(site.media), f"judge:{site.bucket}/{PREFIX}",
        "--download", "--combined", "-", "--exclude", UNFINISHED, "--exclude", PROBED,
    )  # fmt: skip
    different = sorted(line for line in done.stdout.splitlines() if not line.startswith("= "))
    assert done.returncode == 0 or different, done.stderr
    return different


def assert_same_folders(one: Path, other: Path) -> None:
    """Both folders hold the same files, unfinished ones aside: ``rclone check``."""
    done = _run_rclone({}, "check", str(one), str(other), "--download", "--combined", "-", "--exclude", UNFINISHED)
    assert done.returncode == 0, done.stdout + done.stderr


def download(site: Site, server: S3Server, folder: Path) -> Path:
    """The bucket in a folder, fetched by rclone."""
    done = _rclone(server, "copy", f"judge:{site.bucket}/{PREFIX}", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def assert_sums_hold(site: Site, server: S3Server, sums: Path, folder: Path) -> int:
    """``sha256sum -c`` of a certificate on a download of the bucket, made into *folder*; gives the number of files."""
    lines = sums.read_text(encoding="utf-8").splitlines()
    if not lines:
        return 0
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", str(sums)],
        cwd=download(site, server, folder), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    return len(lines)


def _rclone(server: S3Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    judge = {
        "TYPE": "s3",
        "PROVIDER": "Other",
        "ENDPOINT": server.endpoint_url,
        "REGION": server.region,
        "ACCESS_KEY_ID": server.access_key_id,
        "SECRET_ACCESS_KEY": server.secret_access_key,
        "FORCE_PATH_STYLE": "true",
    }
    return _run_rclone({f"RCLONE_CONFIG_JUDGE_{name}": value for name, value in judge.items()}, *arguments)


def _run_rclone(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [rclone_program(), "--config", os.devnull, "--retries", "1", *arguments],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
