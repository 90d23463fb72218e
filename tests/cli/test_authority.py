"""A service behind the certificate of an authority of the owner's own: named once, and trusted by every verb."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.cli.conftest import Site, files, run, use
from tests.cli.test_buckets import entry, objects
from tests.servers.s3server import S3Server


@pytest.fixture(params=["environment", "settings"])
def told(
    request: pytest.FixtureRequest,
    filled: Site,
    rclone_tls: S3Server,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> str:
    """An empty bucket that the alias ``cloud`` names; the authority is one of several in a file."""
    made, authority = rclone_tls.make_bucket(), rclone_tls.ca_file
    assert authority
    other = trustme.CA()
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(other.cert_pem.bytes() + Path(authority).read_bytes())
    verify = {"verify": str(bundle)} if request.param == "settings" else {}
    if not verify:
        monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    use(settings, {**settings.STORAGES, "cloud": entry(rclone_tls, made, **verify)})
    return made


def test_it_is_trusted_from_the_doctor_to_the_move(told: str, filled: Site, rclone_tls: S3Server) -> None:
    (filled.media / "large.bin").write_bytes(bytes(17 * 1024**2))  # goes in parts, by another driver
    smoke = run("smoke", "cloud")
    assert smoke.code == 0, smoke.out
    moved = run("migrate", "--to", "cloud", "--json")
    assert moved.code == 0, moved.out
    assert objects(rclone_tls, told) == files(filled.media)
    assert run("doctor", "cloud", "--only", "E026", "--only", "E009").code == 0
