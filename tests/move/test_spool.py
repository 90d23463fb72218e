from __future__ import annotations

import errno
import tempfile
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.errors import NoSpaceError
from medialift.move import spool
from medialift.move.spool import Spool, spooled

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=6)


@given(st.lists(st.tuples(texts, st.integers())), st.integers(1, 500))
def test_records_come_out_in_the_byte_order_of_their_first_value(records: list[tuple[str, int]], run: int) -> None:
    expected = sorted(records, key=lambda record: record[0].encode())
    assert list(spooled(records, run_bytes=run)) == expected


def test_equal_first_values_keep_their_order_over_many_merged_runs() -> None:
    records = [(f"{number % 3}", number) for number in range(20_000)]
    merged = list(spooled(records, run_bytes=200))  # two records a run: several levels of merges
    assert merged == sorted(records, key=lambda record: record[0])


def test_every_plain_value_survives_the_disk() -> None:
    record = ("name", None, b"\0\xff", 1.5, -(2**70), ("nested", 1), "é😀")
    assert list(spooled([record, ("a",)], run_bytes=1)) == [("a",), record]


def test_wide_records_are_weighed_and_not_counted() -> None:
    """An item's evidence is six strings: 30,000 of them weigh some 20 MB."""
    tracemalloc.start()
    records = ((f"{number:09d}", *(f"{number}{each:060d}" for each in range(6))) for number in range(30_000))
    for _ in spooled(records, run_bytes=2 << 20):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 6 << 20


def test_memory_stays_bounded() -> None:
    def peak(records: int) -> int:
        tracemalloc.start()
        for _ in spooled(((f"{number * 7919 % records:09d}", number) for number in range(records)), run_bytes=1 << 20):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(60_000) < 1.5 * peak(20_000) + (1 << 20)


def test_an_empty_spool_drains_to_nothing() -> None:
    assert list(Spool().drain()) == []


def test_a_full_disk_says_where_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self) -> None:
            pass

    def full(**options: Any) -> Full:
        return Full()

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(NoSpaceError, match="TMPDIR"):
        list(spool.spooled([("a",), ("b",)], run_bytes=1))
