"""The demo's report can say no."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from example.demo.report import WIDTH, Holding, Report


def test_a_report_without_claims_does_not_hold() -> None:
    assert not Report().holds


def test_one_false_claim_is_enough() -> None:
    report = Report()
    report.claim("water is wet", True)
    assert report.holds
    report.claim("the earth is flat", False, radius=6371)
    assert not report.holds


def test_a_failure_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.claim("water is wet", True)
    report.fail(OSError("the disk is full"))
    report.end(tmp_path / "report.json")
    written = json.loads((tmp_path / "report.json").read_text())
    assert (written["holds"], written["error"]) == (False, "OSError: the disk is full")
    assert "the disk is full" in capsys.readouterr().out


def test_a_report_fits_eighty_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    report.chapter("The sum of all that was ever claimed")
    report.claim("a sentence that goes on and on, as sentences do, until it reaches the edge of the screen " * 2, True)
    report.holdings.append(Holding("in the bucket, as rclone downloads it", 98765, 999_999_999_999, "0123456789ab" * 5))
    report.end(tmp_path / "report.json")
    lines = [line for line in capsys.readouterr().out.splitlines() if str(tmp_path) not in line]
    assert max(map(len, lines)) <= WIDTH
