"""The table and the report, from fixed rows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from benchmarks.contest import Case, Row
from benchmarks.report import Report
from benchmarks.table import as_table

CASE = Case("small-far", "2,000 files, far away", 2000, 40_960_000, ())
OURS = Row("medialift", 3, 1.5, 0.8, 0.4, 96 * 1024 * 1024, 1.001, None, None, scaled=False, problems=())
THEIRS = Row("s5cmd", 3, 6.0, 0.4, 0.2, 40 * 1024 * 1024, None, 0.25, 2.0, scaled=False, problems=())


def test_a_table() -> None:
    slow = replace(THEIRS, contestant="save() loop", wall=300.0, wall_ratio=0.005, scaled=True)

    assert as_table(CASE, [OURS, THEIRS, slow]) == (
        "### small-far: 2,000 files, far away\n"
        "\n"
        "| contestant           | wall s | CPU s | CPU s / 1,000 | peak MiB | requests / object | wall × | CPU × |\n"
        "|----------------------|-------:|------:|--------------:|---------:|------------------:|-------:|------:|\n"
        "| medialift            |   1.50 |  0.80 |         0.400 |       96 |             1.001 |        |       |\n"
        "| s5cmd                |   6.00 |  0.40 |         0.200 |       40 |                   |   0.25 |  2.00 |\n"
        "| save() loop (scaled) | 300.00 |  0.40 |         0.200 |       40 |                   |  0.005 |  2.00 |\n"
    )


def test_a_failure_has_no_figures_and_a_reason() -> None:
    text = as_table(CASE, [OURS, replace(THEIRS, runs=0, problems=("ended with 1: refused",))])

    assert "| s5cmd      | failed |" in text
    assert text.endswith("s5cmd: ended with 1: refused\n")


def test_the_report_is_whole_after_every_case(tmp_path: Path) -> None:
    file = tmp_path / "bench" / "report.json"
    report = Report(file, quick=True, peers={"s5cmd": "v2.3.0"})

    report.add(CASE, [OURS, THEIRS])
    first = json.loads(file.read_text())
    report.unavailable("Ceph is not available: apt-get install radosgw")

    told = json.loads(file.read_text())
    assert [case["name"] for case in first["cases"]] == ["small-far"]
    assert told["cases"][0]["rows"][1]["wall_ratio"] == 0.25
    assert told["unavailable"] == ["Ceph is not available: apt-get install radosgw"]
    assert told["versions"]["s5cmd"] == "v2.3.0"
    assert told["versions"]["django"]
