"""A line between mover and server that breaks in every way: nothing is lost, and nothing is wrongly called verified."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import files
from tests.servers import rules
from tests.servers.proxy import Action, FaultProxy, Rule
from tests.servers.rules import when
from tests.servers.s3server import S3Server
from tests.survival.conftest import MakesSite
from tests.survival.judges import assert_same, assert_sums_hold
from tests.survival.site import Site
from tests.survival.trees import tree

PATIENCE = {"read_timeout": 1, "connect_timeout": 1, "max_attempts": 2}
"""OPTIONS: so that a stall is one, and that not every fault disappears in the driver."""

Faults = Callable[[random.Random], list[Rule]]


def some(action: Action, chance: float, *operations: str | None) -> Faults:
    """*action* for that share of the requests of these operations."""
    return lambda rng: [
        when(action, operation=operation, chance=chance, seed=rng.randrange(2**32))
        for operation in operations or [None]
    ]


def together(*faults: Faults) -> Faults:
    return lambda rng: [rule for fault in faults for rule in fault(rng)]


def bursts(rng: random.Random) -> list[Rule]:
    """Half a hundred throttled requests in a row, several times."""
    starts = sorted(rng.sample(range(10, 500), 4))
    return [when(rules.slow_down(), skip=start, times=50) for start in starts]


def flips(make: Callable[[int], Action], chance: float, *operations: str) -> Faults:
    """One bit in a body, at places near its beginning and far from it."""
    return together(*(some(make(at), chance / 3, *operations) for at in (0, 300, 9000)))


UPLOADS = ("PutObject", "UploadPart")
FAULTS: dict[str, Faults] = {
    "resets": some(rules.reset(), 0.08),
    "stalls": some(rules.stall(1.5), 0.02),
    "throttling": bursts,
    "server-errors": some(rules.internal_error(), 0.08),
    "lost-answers": some(rules.lose_answer(), 0.08),
    "cut-uploads": some(rules.cut_upload(500), 0.1, *UPLOADS),
    "cut-answers": some(rules.cut_download(100), 0.1, "GetObject", "ListObjectsV2"),
    "drip": some(rules.drip(4000, 0.005), 0.2),
    "flipped-uploads": flips(rules.flip_upload, 0.15, *UPLOADS),
    "flipped-downloads": flips(rules.flip_download, 0.15, "GetObject"),
    "flipped-listings": flips(rules.flip_download, 0.7, "ListObjectsV2"),
}
EVERYTHING: Faults = together(
    some(rules.reset(), 0.02),
    some(rules.stall(1.5), 0.003),
    some(rules.slow_down(), 0.03),
    some(rules.lose_answer(), 0.03),
    some(rules.cut_upload(500), 0.02, *UPLOADS),
    some(rules.cut_download(100), 0.02, "GetObject"),
    some(rules.drip(4000, 0.005), 0.02),
    flips(rules.flip_upload, 0.03, *UPLOADS),
    flips(rules.flip_download, 0.03, "GetObject"),
)


def assert_nothing_false_is_proved(site: Site, server: S3Server, folder: Path) -> int:
    """Whatever the ledger calls verified by now has these bytes at the target; gives how many files that are."""
    latest = site.run("status", "--json").objects
    if not latest:
        return 0
    site.run("certificate", latest[0]["move"], "--output", str(folder))
    return assert_sums_hold(site, server, folder / "SHA256SUMS", folder / "download")


def move_over_a_bad_line(site: Site, server: S3Server, folder: Path, *, runs: int) -> int:
    """Run the move up to *runs* times while the line is bad; gives how many files were proved meanwhile."""
    proved = 0
    for number in range(runs):
        moved = site.migrate()
        assert moved.code in (0, 1, 2), moved
        assert "Traceback" not in moved.err
        proved = assert_nothing_false_is_proved(site, server, folder / f"{number}")
        if moved.code == 0:
            break
    return proved


@pytest.mark.parametrize(
    ("name", "fault", "small", "runs"),
    [
        pytest.param("moto", EVERYTHING, 150, 1, id="everything"),
        *(
            pytest.param(name, fault, 300, 3, id=f"{name}-{kind}", marks=pytest.mark.prove)
            for name in ("moto", "rclone", "ceph")
            for kind, fault in {**FAULTS, "everything": EVERYTHING}.items()
        ),
    ],
)
def test_a_bad_line_loses_nothing_and_proves_nothing_false(
    name: str, fault: Faults, small: int, runs: int,
    request: pytest.FixtureRequest, make_site: MakesSite, rng: random.Random, tmp_path: Path,
) -> None:  # fmt: skip
    server: S3Server = request.getfixturevalue(name)
    with FaultProxy(server) as proxy:
        site = make_site(proxy.server, options=PATIENCE)
        site.write(tree(rng, small, large=1))
        proxy.rules.extend(fault(rng))
        proved = move_over_a_bad_line(site, server, tmp_path / "proofs", runs=runs)
        proxy.rules.clear()
        moved = site.migrate()
        assert moved.code == 0, moved
        print(f"{proved} of {len(files(site.media))} files proved over the bad line, {proxy.count()} requests")
    assert_same(site, server)
    assert assert_nothing_false_is_proved(site, server, tmp_path / "proof") == len(files(site.media))
