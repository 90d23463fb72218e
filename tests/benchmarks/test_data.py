"""The data sets are the same each time, and the site's rows name all of them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from benchmarks.data import LONGEST, MEDIAN, MIB, SMALL, Warehouse, lognormal


def test_small_files_and_their_rows(tmp_path: Path) -> None:
    data = Warehouse(tmp_path).small(250)

    files = sorted(path for path in data.folder.rglob("*") if path.is_file())
    with sqlite3.connect(data.site / "db.sqlite3") as database:
        rows = [name for (name,) in database.execute("SELECT image FROM site_photo ORDER BY image")]
    database.close()
    assert rows == [str(path.relative_to(data.folder)) for path in files]
    assert len({path.read_bytes() for path in files}) == data.files == 250
    assert {path.stat().st_size for path in files} == {SMALL}
    assert data.octets == 250 * SMALL


def test_data_is_made_once(tmp_path: Path) -> None:
    first = Warehouse(tmp_path).small(3)
    marked = next(path for path in first.folder.rglob("*") if path.is_file())
    marked.write_bytes(b"marked")

    assert Warehouse(tmp_path).small(3) == first
    assert marked.read_bytes() == b"marked"


def test_a_lognormal_mix_has_its_median_and_its_tail() -> None:
    sizes = sorted(lognormal(2048 * MIB))

    assert sizes == sorted(lognormal(2048 * MIB))
    assert 2048 * MIB <= sum(sizes) <= 2048 * MIB + LONGEST
    assert sizes[-1] == LONGEST
    assert 0.8 * MEDIAN < sizes[len(sizes) // 2] < 1.25 * MEDIAN
