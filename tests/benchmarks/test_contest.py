"""Medians, ratios and turns: what the tables say of what was measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks.contest import Case, Entry, Row, Turn, hold, in_turn, rows
from benchmarks.values import Command, Run, Usage

MIB = 1024 * 1024


def entry(name: str, *, scale: float = 1.0, code: str = "pass", problem: str = "") -> Entry:
    command = Command((sys.executable, "-c", code))
    return Entry(name, lambda home: Turn(command, lambda: (10, problem)), scale=scale)


def case(*entries: Entry, objects: int = 1000) -> Case:
    return Case("case", "a case", objects, 0, entries)


def run(name: str, wall: float, cpu: float, *, memory: int = MIB, requests: int = 1001, problem: str = "") -> Run:
    return Run(name, Usage(wall, cpu, memory, 0), requests, problem)


def by_name(found: list[Row]) -> dict[str, Row]:
    return {row.contestant: row for row in found}


def test_a_row_holds_medians_and_the_highest_peak() -> None:
    runs = [run("ours", 1.0, 2.0, memory=MIB), run("ours", 9.0, 4.0, memory=3 * MIB), run("ours", 2.0, 3.0)]

    (row,) = rows(case(entry("ours")), {"ours": runs})

    assert (row.wall, row.cpu, row.cpu_per_1000, row.memory) == (2.0, 3.0, 3.0, 3 * MIB)
    assert row.requests_per_object == 1.001
    assert row.wall_ratio is None


def test_ratios_are_ours_over_theirs() -> None:
    found = by_name(
        rows(case(entry("ours"), entry("theirs")), {"ours": [run("ours", 1, 3)], "theirs": [run("theirs", 4, 2)]})
    )

    assert (found["theirs"].wall_ratio, found["theirs"].cpu_ratio) == (0.25, 1.5)


def test_who_did_a_part_is_scaled_to_the_whole_and_marked() -> None:
    contest = case(entry("ours"), entry("slow", scale=20))

    slow = by_name(rows(contest, {"ours": [run("ours", 1, 1)], "slow": [run("slow", 5, 4, requests=100)]}))["slow"]

    assert (slow.wall, slow.cpu, slow.cpu_per_1000, slow.requests_per_object) == (100, 80, 80, 2.0)
    assert slow.wall_ratio == 0.01
    assert slow.scaled


def test_a_failed_run_counts_in_no_median_and_is_told() -> None:
    runs = {"ours": [run("ours", 1, 1), run("ours", 0.001, 0.001, problem="ended with 1")]}

    (row,) = rows(case(entry("ours")), runs)

    assert (row.wall, row.runs, row.problems) == (1, 1, ("ended with 1",))


def test_nothing_is_compared_with_somebody_who_failed() -> None:
    runs = {"ours": [run("ours", 1, 1, problem="lost a file")], "theirs": [run("theirs", 1, 1)]}

    found = by_name(rows(case(entry("ours"), entry("theirs")), runs))

    assert found["ours"].runs == 0
    assert found["theirs"].wall_ratio is None


def test_turns_alternate() -> None:
    entries = [entry("a"), entry("b"), entry("c")]

    orders = ["".join(one.name for one in in_turn(entries, number)) for number in range(3)]

    assert orders == ["abc", "cba", "abc"]


def test_a_contest_measures_processes(tmp_path: Path) -> None:
    busy = "import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    told: list[str] = []

    found = by_name(hold(case(entry("busy", code=busy), entry("idle")), 2, tmp_path, told.append))

    assert found["busy"].runs == found["idle"].runs == 2
    assert found["busy"].cpu >= 0.2
    assert found["busy"].wall >= 0.2
    assert 1 * MIB < found["idle"].memory < 200 * MIB
    assert len(told) == 4
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    code = "import sys; print('first', flush=True); sys.exit('no such bucket')"

    (row,) = hold(case(entry("ours", code=code)), 1, tmp_path, lambda text: None)

    assert row.runs == 0
    assert row.problems == ("ended with 1: no such bucket",)


def test_a_judge_decides_what_went_wrong(tmp_path: Path) -> None:
    (row,) = hold(case(entry("ours", problem="3 objects are not there")), 1, tmp_path, lambda text: None)

    assert row.problems == ("3 objects are not there",)


def test_the_memory_is_the_childs_own(tmp_path: Path) -> None:
    ballast = bytearray(300 * MIB)
    ballast[::4096] = b"x" * len(ballast[::4096])

    (row,) = hold(case(entry("small")), 1, tmp_path, lambda text: None)

    assert row.memory < 200 * MIB


@pytest.mark.parametrize("kept", ["PATH", "HOME"])
def test_nobodys_own_credentials_reach_a_contestant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "somebody's")
    file = tmp_path / "environment.json"
    code = f"import json, os; open({str(file)!r}, 'w').write(json.dumps(dict(os.environ)))"
    home = tmp_path / "runs"

    hold(case(entry("ours", code=code)), 1, home, lambda text: None)

    environment = json.loads(file.read_text())
    assert kept in environment
    assert "AWS_SESSION_TOKEN" not in environment
