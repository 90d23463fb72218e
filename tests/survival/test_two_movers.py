"""Two movers of the same pair of stores at once: both end well, and neither harms the other."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.conftest import files
from tests.servers.proxy import FaultProxy
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.judges import assert_same, assert_sums_hold
from tests.survival.site import Site
from tests.survival.trees import tree

MIGRATE = ("migrate", "--to", "cloud", "--json")
STATES = "SELECT state, count(*), count(DISTINCT name_digest) FROM medialift_item GROUP BY state"


def assert_right(site: Site, server: S3Server, folder: Path) -> None:
    """Both places are equal, the ledger has each file once and verified, and its certificate holds."""
    count = len(files(site.media))
    assert_same(site, server)
    ((_, items, names),) = site.database.ask(STATES)
    assert items == names == count
    (move,) = site.run("status", "--json").objects
    assert move["states"]["verified"]["files"] == count
    assert site.run("certificate", move["move"], "--output", str(folder)).code == 0
    assert assert_sums_hold(site, server, folder / "SHA256SUMS", folder / "download") == count


def unfinished(site: Site, server: S3Server) -> int:
    return len(server.client().list_multipart_uploads(Bucket=site.bucket).get("Uploads", []))


PATIENCE = {"read_timeout": 5}
"""OPTIONS: where nothing can be created only once, a mover waits so long for what the other may have on its way."""

MOST_SENT = {"rclone": 3}
"""How often one file is sent by two movers, where it is not once by each.

rclone writes beside the file and renames; of two writers in the same moment one finds its own gone,
is answered 500, and sends again."""


@pytest.mark.parametrize(
    ("name", "database", "small", "large"),
    [
        pytest.param("moto", "sqlite", 200, 1, id="sqlite"),
        pytest.param("rclone", "postgresql", 200, 1, id="postgresql"),
        pytest.param("moto", "postgresql", 2000, 3, id="moto", marks=pytest.mark.prove),
        pytest.param("rclone", "sqlite", 2000, 3, id="rclone", marks=pytest.mark.prove),
        pytest.param("ceph", "sqlite", 2000, 3, id="ceph", marks=pytest.mark.prove),
    ],
)
def test_two_movers_at_once_end_well(
    name: str, database: str, small: int, large: int,
    request: pytest.FixtureRequest, make_site: MakesSite, rng: random.Random, tmp_path: Path,
) -> None:  # fmt: skip
    server: S3Server = request.getfixturevalue(name)
    with FaultProxy(server) as proxy:
        site = make_site(proxy.server, database=database, options=PATIENCE)
        site.write(tree(rng, small, large=large))
        ended = [mover.ended() for mover in [site.start(*MIGRATE) for _ in range(2)]]
        assert [ran.code for ran in ended] == [0, 0], ended
        sent = Counter(request.key for request in proxy.requests if request.operation == "PutObject")
        files_sent = {key: times for key, times in sent.items() if "/.medialift-probe/" not in key}
    moves = [ran.last for ran in ended]
    assert len({move["move"] for move in moves}) == 1, "both work on the same move"
    assert max(files_sent.values()) <= MOST_SENT.get(name, 2)
    print([(move["copied"]["files"], move["adopted"]["files"]) for move in moves])
    assert_right(site, server, tmp_path / "proof")
    if name == "moto":
        assert unfinished(site, server) == 0, "who came second takes its parts back"


@pytest.mark.prove
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_mover_beside_others_that_are_killed_finishes(
    database: str, moto: S3Server, make_site: MakesSite, rng: random.Random, tmp_path: Path
) -> None:
    site = make_site(moto, database=database)
    site.write(tree(rng, 3000, large=3))
    steady, killed = site.start(*MIGRATE), 0
    while steady.runs:
        other = site.start(*MIGRATE)
        if other.lasts(rng.uniform(0.5, 4)):
            other.kill()
            killed += 1
        assert other.ended().code in (0, -9)
    assert steady.ended().code == 0
    print(f"{killed} movers were killed beside the one that went on")
    assert killed
    assert site.migrate().code == 0
    assert_right(site, moto, tmp_path / "proof")
