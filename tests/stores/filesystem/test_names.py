from __future__ import annotations

import random
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from medialift.stores.filesystem.names import in_order

NAMES = st.lists(st.binary(min_size=1, max_size=6).map(lambda name: name.replace(b"\0", b"\n")))


@given(names=NAMES, run=st.integers(1, 10))
def test_any_names_come_sorted_through_any_number_of_files(names: list[bytes], run: int) -> None:
    assert list(in_order(names, run=run)) == sorted(names)


def test_many_names_take_little_memory() -> None:
    numbers = random.Random(0)
    names = (b"%032x" % numbers.getrandbits(128) for _ in range(100_000))
    tracemalloc.start()
    try:
        count = sum(1 for _ in in_order(names, run=5_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 100_000
    assert peak < 2_000_000, "all names at once take more than 6 MB"
