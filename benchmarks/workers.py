"""Workers of a queue, twice as many each time: ``python -m benchmarks.workers``. Takes some minutes.

The same move is copied by 1, 2 and 4 workers of Celery, with Redis as the broker, PostgreSQL as the ledger
and a service 100 ms away. Each keeps 8 files under way, so that it waits most of the time and two cores are
enough for all: what is measured is how well the work is shared, not how much CPU there is. The workers are
started before, and wait; the seconds are those that the move says its copying took, from cutting the plan
into parts to the word that the last part is done.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.cases.crews import Course, Crew, course_of
from benchmarks.measure import ROOT
from benchmarks.values import Unavailable

FOLDER = ROOT / "build" / "bench"
CREWS = (1, 2, 4)


def main(options: argparse.Namespace) -> None:
    course = Course(options.files, options.latency / 1000, options.transfers, options.shard)
    home = options.folder / "workers"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    try:
        crews = measure(course, tuple(options.workers or CREWS), options.rounds, home, options.folder / "data")
    except Unavailable as missing:
        sys.exit(str(missing))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if options.json:
        steps = zip(crews, doublings(crews), strict=True)
        print(json.dumps([{**asdict(crew), "rate": crew.rate, "kept": kept} for crew, kept in steps]))
    else:
        print(as_table(crews))


def measure(course: Course, counts: Sequence[int], rounds: int, home: Path, data: Path) -> list[Crew]:
    """The medians of so many *rounds*, in which the crews take turns, there and back."""
    found: dict[int, list[Crew]] = {count: [] for count in counts}
    with course_of(course, home, data) as copied_by:
        for number in range(rounds):
            for count in counts if number % 2 == 0 else reversed(counts):
                crew = copied_by(count)
                found[count].append(crew)
                print(f"{count}: {crew.seconds:.1f} s, parts {crew.parts}", file=sys.stderr, flush=True)
    return [median(runs) for runs in found.values()]


def median(runs: Sequence[Crew]) -> Crew:
    """The last of *runs* with the median of their seconds."""
    return replace(runs[-1], seconds=statistics.median(run.seconds for run in runs))


def doublings(crews: Sequence[Crew]) -> list[float | None]:
    """What each crew has kept of the rate per worker of the crew before it; 1 is a perfect doubling."""
    each = [crew.rate / crew.workers for crew in crews]
    return [None, *(more / fewer for fewer, more in itertools.pairwise(each))]


def as_table(crews: Sequence[Crew]) -> str:
    """Markdown, which is also plain text."""
    lines = ["| workers | files | s | files / s | kept of the rate per worker | parts of each |"]
    lines.append("|--:|--:|--:|--:|--:|---|")
    for crew, kept in zip(crews, doublings(crews), strict=True):
        told = "" if kept is None else f"{kept:.2f}"
        parts = ", ".join(map(str, crew.parts))
        lines.append(f"| {crew.workers} | {crew.files:,} | {crew.seconds:.1f} | {crew.rate:.1f} | {told} | {parts} |")
    return "\n".join(lines)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description=__doc__)
    parser.add_argument("--workers", type=int, action="append", metavar="N", help="may be given several times")
    parser.add_argument("--files", type=int, default=9600, metavar="N", help="of 20 KiB (default: %(default)s)")
    parser.add_argument("--latency", type=int, default=100, metavar="MS", help="there and back (default: %(default)s)")
    parser.add_argument("--transfers", type=int, default=8, metavar="N", help="under way at each worker")
    parser.add_argument("--shard", type=int, metavar="N", help="files a part, instead of what the product chooses")
    parser.add_argument("--rounds", type=int, default=1, metavar="N")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the files lie that are moved")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON array")
    return parser.parse_args()


if __name__ == "__main__":
    main(parsed())
