"""A ledger of any size takes the memory of a small one, and no more of the disk than it may."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
MIB = 2**20


def measured(count: int) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.ledger", str(count), "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize(
    "count", [pytest.param(20_000, id="short"), pytest.param(1_000_000, id="long", marks=pytest.mark.prove)]
)
def test_it_grows_by_its_rows_alone(count: int) -> None:
    few, many = measured(5_000), measured(count)
    grown = {
        stage["name"]: (stage["memory"] - before["memory"]) / MIB
        for before, stage in zip(few["stages"], many["stages"], strict=True)
    }
    assert list(grown) == ["plan", "copied", "verified", "counted"]
    assert max(grown.values()) < 24, grown
    assert many["octets"] <= many["allowed"]
