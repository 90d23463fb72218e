"""A site that goes on writing while it is moved: nothing stale is called verified, and the last pass is short."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import files
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.judges import assert_same, differences
from tests.survival.site import ROOT, Site
from tests.survival.test_line import assert_nothing_false_is_proved
from tests.survival.trees import tree


@contextlib.contextmanager
def writing(site: Site, *arguments: str, begins_with: str, ends_with: str) -> Iterator[None]:
    """The site's own process for the time of the block.

    It has begun once there is a file *begins_with*; another one, *ends_with*, tells it to come to an end.
    """
    command = [sys.executable, "-m", "tests.survival.writer", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=site.environ(), stderr=subprocess.PIPE) as process:
        try:
            while not (site.home / begins_with).exists() and process.poll() is None:
                time.sleep(0.02)
            yield
        finally:
            (site.home / ends_with).touch()
            _, complaint = process.communicate(timeout=60)
        assert process.returncode == 0, complaint.decode()


@pytest.mark.parametrize(
    ("name", "database", "small", "passes"),
    [
        pytest.param("moto", "sqlite", 200, 1, id="short"),
        pytest.param("moto", "sqlite", 600, 4, id="moto", marks=pytest.mark.prove),
        pytest.param("rclone", "postgresql", 600, 4, id="rclone", marks=pytest.mark.prove),
        pytest.param("ceph", "postgresql", 600, 4, id="ceph", marks=pytest.mark.prove),
    ],
)
def test_a_site_that_goes_on_writing_is_moved_and_the_last_pass_copies_what_changed_since(
    name: str, database: str, small: int, passes: int,
    request: pytest.FixtureRequest, make_site: MakesSite, rng: random.Random, tmp_path: Path,
) -> None:  # fmt: skip
    server: S3Server = request.getfixturevalue(name)
    site = make_site(server, database=database)
    site.write(tree(rng, small))
    with writing(site, "mix", str(rng.randrange(2**32)), begins_with="touched", ends_with="stop"):
        for number in range(passes):
            moved = site.migrate("--bandwidth", "500kB/s")
            assert moved.code in (0, 1), moved
            assert_nothing_false_is_proved(site, server, tmp_path / f"proof-{number}")
    touched = set((site.home / "touched").read_text(encoding="utf-8").splitlines())
    stale = {line[2:] for line in differences(site, server) if not line.startswith("- ")}
    assert stale, "the site was too slow to be of use"
    assert stale <= touched
    last = site.migrate()
    assert last.code == 0, last
    assert last.last["copied"]["files"] == len(stale)
    kept = {line[2:] for line in differences(site, server)}
    assert kept <= touched
    assert not kept & set(files(site.media)), "only what the site has deleted since is more at the target"
    assert site.migrate().last["copied"]["files"] == 0
    print(f"{len(touched)} files touched meanwhile, {len(stale)} left for the last pass, {len(kept)} deleted")


def test_a_file_that_django_has_half_written_waits_for_the_next_run(
    moto: S3Server, make_site: MakesSite, rng: random.Random
) -> None:
    with FaultProxy(moto) as proxy:
        site = make_site(proxy.server)
        site.write(tree(rng, 20))
        with writing(site, "half", "uploads/film.mp4", begins_with="half-written", ends_with="go-on"):
            moved = site.migrate()
            assert moved.code == 1, "not complete, and the exit code says so"
            assert moved.last["states"]["pending"]["files"] == 1
            assert not [request for request in proxy.requests if "film" in request.key and request.method == "PUT"]
        last = site.migrate()
        assert (last.code, last.last["copied"]["files"]) == (0, 1)
    assert_same(site, moto)
