"""The CPU time of a move is told stage by stage."""

from __future__ import annotations

from pathlib import Path

from benchmarks.capacity import stages_of
from benchmarks.data import Warehouse
from benchmarks.servers.sink import sink
from benchmarks.values import Unavailable
from tests.servers.missing import missing
from tests.servers.tls import make_certificate


def test_every_stage_of_a_move_has_its_share(tmp_path: Path) -> None:
    data = Warehouse(tmp_path / "data").small(20)
    try:
        with sink(tmp_path, make_certificate(tmp_path)) as service:
            stages = stages_of(service, data, tmp_path)
    except Unavailable as error:
        missing(error.what, error.how_to_get_it)
    assert list(stages) == ["plan", "copy", "verify"]
    assert all(0 < seconds < 60 for seconds in stages.values())
