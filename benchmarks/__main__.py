"""``make bench``: measure medialift beside its peers. ``--help`` tells the options."""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
from collections.abc import Iterator, Mapping

from benchmarks.contest import hold
from benchmarks.data import Warehouse
from benchmarks.measure import ROOT
from benchmarks.peers import installed_peers
from benchmarks.report import Report
from benchmarks.servers.ceph import ceph
from benchmarks.servers.sink import sink
from benchmarks.suite import FULL, QUICK, Make, Suite
from benchmarks.table import as_table
from benchmarks.values import Unavailable
from tests.servers.tls import make_certificate

FOLDER = ROOT / "build" / "bench"


def main(arguments: argparse.Namespace) -> None:
    size = QUICK if arguments.quick else FULL
    for name in ("runs", "servers"):
        shutil.rmtree(FOLDER / name, ignore_errors=True)
        (FOLDER / name).mkdir(parents=True)
    say("Peers: s5cmd, rclone, awscli, in a virtual environment of their own …")
    peers = installed_peers(FOLDER / "peers")
    report = Report(FOLDER / "report.json", quick=arguments.quick, peers=peers.versions())
    suite = Suite(size, Warehouse(FOLDER / "data"), peers, FOLDER / "sites", FOLDER / "runs")
    certificate = make_certificate(FOLDER / "servers")
    rounds = arguments.rounds or size.rounds
    with on_this_machine(report), sink(FOLDER, certificate) as there:
        compete(suite.on_sink(there), rounds, arguments.only, report)
    if not arguments.only or "small-ceph" in arguments.only:
        with on_this_machine(report), ceph(FOLDER / "servers", certificate) as gateway:
            compete(suite.on_ceph(gateway), rounds, arguments.only, report)


@contextlib.contextmanager
def on_this_machine(report: Report) -> Iterator[None]:
    """Tell plainly what is missing, and go on with the rest."""
    try:
        yield
    except Unavailable as missing:
        say(f"\nLEFT OUT: {missing}\n")
        report.unavailable(str(missing))


def compete(cases: Mapping[str, Make], rounds: int, only: list[str], report: Report) -> None:
    for name, make in cases.items():
        if only and name not in only:
            continue
        say(f"\n{name}: getting ready …")
        for case in make():
            say(case.title)
            rows = hold(case, rounds, FOLDER / "runs", say)
            report.add(case, rows)
            print(f"\n{as_table(case, rows)}", flush=True)


def say(text: str) -> None:
    """Progress goes beside the tables, so that those can be piped."""
    print(text, file=sys.stderr, flush=True)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer files, one round: about five minutes")
    parser.add_argument("--rounds", type=int, metavar="N", help="turns of each contestant")
    parser.add_argument("--only", action="append", default=[], metavar="CASE", help="for instance small-far-tls")
    return parser.parse_args()


if __name__ == "__main__":
    main(parsed())
