"""What one core takes for a move, stage by stage: ``python -m benchmarks.capacity``. Takes some minutes.

The figures that ``medialift capacity`` computes with. Whole moves of few and of many files go to the sink over
TLS; what the larger one takes more is divided by what it has more, so that no start is in the figures. The CPU
seconds count, of all threads, user and system: they bear a busy machine better than a clock does, and are a good
third higher on it than on an idle one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.contestants.medialift import Medialift, site_environment
from benchmarks.data import Warehouse
from benchmarks.measure import ROOT, plain_environment
from benchmarks.servers.sink import Sink, sink
from benchmarks.values import DataSet, Task, Unavailable
from tests.servers.tls import make_certificate

FOLDER = ROOT / "build" / "bench"
Stages = Mapping[str, float]
"""CPU seconds of each."""


@dataclass(frozen=True, slots=True)
class Figures:
    """CPU seconds: of each small object in each stage, and of each byte of a large one when it is copied."""

    plan: float
    copy: float
    verify: float
    per_byte: float


def main(options: argparse.Namespace) -> None:
    home = options.folder / "capacity"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    warehouse = Warehouse(options.folder / "data")
    small = [warehouse.small(count) for count in (options.files // 5, options.files)]
    large = [warehouse.large(count) for count in (1, options.large)]
    try:
        with sink(home, make_certificate(home)) as service:
            rounds = [_measured(service, small, large, home) for _ in range(options.rounds)]
    except Unavailable as missing:
        sys.exit(str(missing))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    figures = {name: statistics.median(asdict(each)[name] for each in rounds) for name in asdict(rounds[0])}
    if options.json:
        print(json.dumps(figures))
        return
    per_byte = figures.pop("per_byte")
    for name, seconds in figures.items():
        print(f"{name:9} {seconds * 1e6:.0f} µs an object")
    print(f"per byte  {per_byte * 1e9:.1f} ns")


def _measured(service: Sink, small: list[DataSet], large: list[DataSet], home: Path) -> Figures:
    few, many = (stages_of(service, data, home) for data in small)
    short, long = (stages_of(service, data, home) for data in large)
    more, octets = small[1].files - small[0].files, large[1].octets - large[0].octets
    each = {stage: (many[stage] - few[stage]) / more for stage in many}
    found = Figures(**each, per_byte=(long["copy"] - short["copy"]) / octets)
    print(found, file=sys.stderr, flush=True)
    return found


def stages_of(service: Sink, data: DataSet, home: Path) -> Stages:
    """What the move of *data* into a new bucket takes; *home* is a folder of its own."""
    scratch = home / "run"
    scratch.mkdir()
    task = Task(data, service.endpoints["near-tls"], service.new_bucket(), scratch)
    Medialift().copy(task)  # the site's database, and what the service is known to do
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.site.stages"],
        env={**plain_environment(), **site_environment(task)}, cwd=ROOT, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    service.forget(task.bucket)
    shutil.rmtree(scratch)
    stages: Stages = json.loads(ran.stdout)
    return stages


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity", description=__doc__)
    parser.add_argument("--files", type=int, default=20_000, metavar="N", help="of 20 KiB (default: %(default)s)")
    parser.add_argument("--large", type=int, default=4, metavar="N", help="of 200 MiB (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=1, metavar="N")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files lie that are moved")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object, in seconds")
    return parser.parse_args()


if __name__ == "__main__":
    main(parsed())
