"""Which cases there are, for how many files, and what each of them needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.cases.sizes import planning, verifying
from benchmarks.cases.storage import storage_calls
from benchmarks.cases.transfers import Slow, copying, nothing_to_do
from benchmarks.contest import Case
from benchmarks.contestants.awscli import AwsCli
from benchmarks.contestants.contestant import Contestant
from benchmarks.contestants.medialift import Medialift
from benchmarks.contestants.rclone import Rclone
from benchmarks.contestants.s5cmd import S5cmd
from benchmarks.contestants.save_loop import SaveLoop
from benchmarks.data import MIB, Warehouse
from benchmarks.peers import Peers
from benchmarks.servers.ceph import CephServer
from benchmarks.servers.sink import Sink

Make = Callable[[], Iterator[Case]]
"""Makes the data and then one or several cases that belong together."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: numbers of files, bytes of the mix, rounds."""

    small: int
    few: int
    large: int
    mix: int
    ceph: int
    million: int
    rounds: int


FULL = Size(small=20_000, few=1000, large=6, mix=2048 * MIB, ceph=3000, million=1_000_000, rounds=5)
QUICK = Size(small=5000, few=200, large=2, mix=768 * MIB, ceph=1000, million=50_000, rounds=1)


@dataclass(frozen=True, slots=True)
class Suite:
    """Makes the cases one by one, and each one's data only when its turn has come.

    What is made for a million lies in ``home`` and is kept, what contestants leave behind in ``scratch`` is not.
    """

    size: Size
    warehouse: Warehouse
    peers: Peers
    home: Path
    scratch: Path

    def on_sink(self, sink: Sink) -> dict[str, Make]:
        """The cases against the sink, by name."""
        return {
            **{f"small-{place}": partial(self._small, sink, place) for place in PLACES},
            "large-near": partial(self._large, sink, "near"),
            "large-near-tls": partial(self._large, sink, "near-tls"),
            "mix": partial(self._mix, sink),
            "again": partial(self._again, sink),
            "plan": partial(self._plan, sink),
            "verify": partial(self._verify, sink),
            "storage": partial(storage_calls, sink, self.home),
        }

    def on_ceph(self, ceph: CephServer) -> dict[str, Make]:
        """The cases against the real server, by name."""
        return {"small-ceph": partial(self._ceph, ceph)}

    def _fast(self) -> list[Contestant]:
        return [Medialift(), S5cmd(self.peers.program("s5cmd")), Rclone(self.peers.program("rclone"))]

    def _aws(self) -> AwsCli:
        return AwsCli(self.peers.program("aws"))

    def _small(self, sink: Sink, place: str) -> Iterator[Case]:
        data, few = self.warehouse.small(self.size.small), self.warehouse.small(self.size.few)
        slow: Sequence[Slow] = [Slow(self._aws(), few), Slow(SaveLoop(), few)] if place == "far-tls" else []
        title = f"{data.files:,} files of 20 KiB, {PLACES[place]}"
        yield copying(f"small-{place}", title, data, sink, place, self._fast(), slow)

    def _large(self, sink: Sink, place: str) -> Iterator[Case]:
        data = self.warehouse.large(self.size.large)
        title = f"{data.files} files of 200 MiB, {PLACES[place]}"
        yield copying(f"large-{place}", title, data, sink, place, [*self._fast(), self._aws()])

    def _mix(self, sink: Sink) -> Iterator[Case]:
        for data, words in zip(self.warehouse.mix(self.size.mix), ("all", "up to 4 MiB", "larger ones"), strict=True):
            title = f"lognormal sizes, {words}: {data.files:,} files, {data.octets // MIB:,} MiB"
            yield copying(data.name.replace(f"-{self.size.mix // MIB}", ""), title, data, sink, "near", self._fast())

    def _again(self, sink: Sink) -> Iterator[Case]:
        data = self.warehouse.small(self.size.small)
        title = f"nothing to do, {data.files:,} files of 20 KiB"
        yield nothing_to_do("again", title, data, sink, "near", [*self._fast(), self._aws()], self.scratch)

    def _plan(self, sink: Sink) -> Iterator[Case]:
        yield planning(self.size.million, self.home, sink)

    def _verify(self, sink: Sink) -> Iterator[Case]:
        yield verifying(self.size.million, self.home, sink)

    def _ceph(self, ceph: CephServer) -> Iterator[Case]:
        data = self.warehouse.small(self.size.ceph)
        title = f"{data.files:,} files of 20 KiB, Ceph on loopback"
        yield copying("small-ceph", title, data, ceph, "ceph", [*self._fast(), self._aws()])


PLACES = {
    "far-tls": "20 ms away, over TLS",
    "far": "20 ms away",
    "near": "on the sink",
    "near-tls": "on the sink over TLS",
}
