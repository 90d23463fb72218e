"""``kill -9`` of the mover at random moments: the next run goes on, and the end is right."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.conftest import files
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.judges import assert_same, assert_same_folders, assert_sums_hold
from tests.survival.kills import Killer
from tests.survival.site import PREFIX, Site
from tests.survival.trees import tree

A_FEW = {"migrate": 2, "back": 1}
A_HUNDRED = {"migrate": 60, "backup": 8, "verify": 10, "certificate": 7, "back": 15}


class Story:
    """One site that is moved, changes, is moved again, and is brought back, while its movers are killed."""

    def __init__(self, site: Site, server: S3Server, killer: Killer, rng: random.Random, home: Path) -> None:
        self.site, self.server, self.killer, self.rng, self.home = site, server, killer, rng, home
        self.move = ""
        self.epochs = 0
        self.buckets = [site.bucket]

    def go_there(self) -> None:
        """Move everything that is not there yet, with every verb on the way."""
        self.epochs += 1
        before = files(self.site.media)
        backup = ["--backup", str(self.home / "backup")]
        if self.killer.budget["backup"]:
            assert self.killer.until_done("backup", "migrate", "--to", "cloud", "--json", *backup).code == 0
            assert_same_folders(self.site.media, self.home / "backup")
        moved = self.killer.until_done("migrate", "migrate", "--to", "cloud", "--json")
        assert moved.code == 0, moved
        self.move = moved.last["move"]
        verified = self.killer.until_done("verify", "verify", self.move, "--deep", "--json")
        assert verified.last["verified"]["files"] == verified.last["reread"] == len(before)
        assert files(self.site.media) == before, "a move never touches its source"

    def judge(self) -> None:
        """Let tools that are not ours compare both places, and the certificate with a download."""
        assert_same(self.site, self.server)
        proof = self.home / "proof"
        assert self.killer.until_done("certificate", "certificate", self.move, "--output", str(proof)).code == 0
        proved = assert_sums_hold(self.site, self.server, proof / "SHA256SUMS", self.home / f"download-{self.epochs}")
        assert proved == len(files(self.site.media))

    def live_on(self) -> None:
        """Some files change in place and some come; now and then the next move is into a new bucket."""
        names = sorted(files(self.site.media))
        changed = {name: self.rng.randbytes(self.rng.randrange(20_000)) for name in self.rng.sample(names, 30)}
        self.site.write(changed, rows=False)
        self.site.write({f"later/{self.epochs}/{number}": self.rng.randbytes(3000) for number in range(60)})
        if self.rng.random() < 0.4:
            self.site.bucket = self.server.make_bucket()
            self.site.configure()
            self.buckets.append(self.site.bucket)

    def come_home(self) -> None:
        """The disk is lost, and everything comes back from the bucket, with what was written there since."""
        client = self.server.client()
        client.put_object(Bucket=self.site.bucket, Key=f"{PREFIX}/since/{self.epochs}", Body=b"written at the bucket")
        self.epochs += 1
        shutil.rmtree(self.site.media)
        self.site.media.mkdir()
        assert self.killer.until_done("back", "back", self.move, "--json").code == 0
        assert_same(self.site, self.server)


@pytest.mark.parametrize(
    ("name", "database", "kills", "small", "large"),
    [
        pytest.param("moto", "sqlite", A_FEW, 150, 1, id="a-few"),
        pytest.param("moto", "sqlite", A_HUNDRED, 600, 3, id="moto", marks=pytest.mark.prove),
        pytest.param("ceph", "postgresql", A_HUNDRED, 600, 3, id="ceph", marks=pytest.mark.prove),
    ],
)
def test_kills_at_random_moments_lose_nothing(
    name: str, database: str, kills: dict[str, int], small: int, large: int,
    request: pytest.FixtureRequest, make_site: MakesSite, rng: random.Random, tmp_path: Path,
) -> None:  # fmt: skip
    server: S3Server = request.getfixturevalue(name)
    with FaultProxy(server) as proxy:
        site = make_site(proxy.server, database=database)
        site.write(tree(rng, small, large=large))
        killer = Killer(site, proxy, rng, Counter(kills))
        story = Story(site, server, killer, rng, tmp_path)
        story.go_there()
        story.judge()
        while any(killer.budget[kind] for kind in kills if kind != "back"):
            story.live_on()
            story.go_there()
            story.judge()
        while killer.budget["back"]:
            story.come_home()
    assert killer.killed == Counter(kills)
    tell(server, killer, story)


def tell(server: S3Server, killer: Killer, story: Story) -> None:
    """Print what the run was worth: ``-s`` shows it."""
    client = server.client()
    uploads = [client.list_multipart_uploads(Bucket=bucket).get("Uploads", []) for bucket in story.buckets]
    print(
        f"{killer.killed.total()} kills {dict(killer.killed)}, {story.epochs} times there or back,"
        f" {len(files(story.site.media))} objects at the end,"
        f" {sum(map(len, uploads))} unfinished uploads left in {len(uploads)} buckets"
    )
