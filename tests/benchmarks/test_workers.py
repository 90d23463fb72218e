"""Twice the workers copy almost twice as fast, as long as none of them is kept waiting for another."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases.crews import Crew
from benchmarks.workers import as_table, doublings, median
from tests.servers import databases
from tests.servers.missing import missing

ROOT = Path(__file__).parents[2]
GOAL = 0.85


def measured(folder: Path, files: int, crews: list[int]) -> list[dict[str, Any]]:
    if databases.unreachable({"postgresql": databases.postgresql()}):
        missing("postgresql", databases.HOW_TO_GET_IT["postgresql"])
    workers = [argument for crew in crews for argument in ("--workers", str(crew))]
    command = [sys.executable, "-m", "benchmarks.workers", "--json", "--folder", str(folder), "--files", str(files)]
    ran = subprocess.run([*command, *workers], cwd=ROOT, capture_output=True, text=True, check=False)
    if "is not available: " in ran.stderr:
        what, _, how = ran.stderr.strip().splitlines()[-1].partition(" is not available: ")
        missing(what, how)
    assert ran.returncode == 0, ran.stderr
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


def test_two_workers_share_a_small_move(tmp_path: Path) -> None:
    (two,) = measured(tmp_path, 240, [2])
    assert (two["workers"], two["files"]) == (2, 240)
    assert two["rate"] == pytest.approx(240 / two["seconds"])
    assert len(two["parts"]) == 2
    assert sum(two["parts"]) == 2
    # No faster than two workers with 8 under way each can be, 100 ms away.
    assert two["seconds"] >= 240 / (2 * 8) * 0.1


@pytest.mark.prove
def test_each_doubling_keeps_the_rate_of_a_worker(tmp_path: Path) -> None:
    crews = measured(tmp_path, 9600, [1, 2, 4])
    assert [crew["workers"] for crew in crews] == [1, 2, 4]
    assert all(crew["kept"] >= GOAL for crew in crews[1:]), crews


def test_what_is_kept_is_the_rate_of_one_worker_over_that_of_one_before() -> None:
    crews = [Crew(1, 800, 10.0, (8,)), Crew(2, 800, 5.0, (4, 4)), Crew(4, 800, 3.125, (2, 2, 2, 2))]
    assert doublings(crews) == [None, pytest.approx(1.0), pytest.approx(0.8)]
    assert as_table(crews).splitlines()[2:] == [
        "| 1 | 800 | 10.0 | 80.0 |  | 8 |",
        "| 2 | 800 | 5.0 | 160.0 | 1.00 | 4, 4 |",
        "| 4 | 800 | 3.1 | 256.0 | 0.80 | 2, 2, 2, 2 |",
    ]


def test_of_several_rounds_the_median_counts() -> None:
    assert median([Crew(1, 8, seconds, (1,)) for seconds in (9.0, 1.0, 2.0)]).seconds == 2.0
