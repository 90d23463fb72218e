from __future__ import annotations

import io
import tracemalloc

import pytest

from medialift.stores.bodies import begin, chunks, cut, marked, read_all, size_of
from medialift.testing.contract.bodies import BodyError, breaking, one_way


def test_a_body_comes_in_pieces_of_the_size_asked_for() -> None:
    assert list(chunks(b"abcdefg", 3)) == [b"abc", b"def", b"g"]
    assert list(chunks(io.BytesIO(b"abc"), 3)) == [b"abc"]
    assert list(chunks(b"", 3)) == []


def test_a_short_read_is_not_the_end() -> None:
    data = b"x" * 20_000
    assert read_all(one_way(data)) == data
    assert len(list(chunks(one_way(data)))) == 3


def test_what_a_body_raises_passes_through() -> None:
    with pytest.raises(BodyError):
        read_all(breaking(b"half"))


def test_bytes_are_not_copied() -> None:
    data = b"x" * 20_000
    assert read_all(data) is data


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [([b"a", b"b"], [(b"a", False), (b"b", True)]), ([b"a"], [(b"a", True)]), ([], [(b"", True)])],
)
def test_the_last_chunk_is_known_before_it_is_sent(pieces: list[bytes], expected: list[tuple[bytes, bool]]) -> None:
    assert list(marked(pieces)) == expected


PART = 1024 * 1024


@pytest.mark.parametrize("threshold", [PART, 3 * PART])
def test_a_body_in_parts_does_not_keep_its_beginning(threshold: int) -> None:
    body = io.BufferedReader(one_way_zeros(8 * PART))
    tracemalloc.start()
    try:
        head, rest = begin(body, threshold)
        assert rest is not None
        parts = cut(head, rest, PART)
        sizes = [len(next(parts)) for _ in range(threshold // PART + 1)]
        held, _ = tracemalloc.get_traced_memory()
        sizes += [len(part) for part in parts]
    finally:
        tracemalloc.stop()
    assert held < PART // 2
    assert sizes == [PART] * 8


def one_way_zeros(size: int) -> io.RawIOBase:
    class Zeros(io.RawIOBase):
        left = size

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            count = min(len(buffer), self.left)
            self.left -= count
            return count

    return Zeros()


class TestTheRestOfALargeBody:
    def rest(self) -> io.RawIOBase:
        file = io.BytesIO(b"__0123456789")
        file.seek(2)
        head, rest = begin(file, 4)
        assert head == b""
        assert rest is not None
        return rest  # type: ignore[return-value]

    def test_it_is_the_whole_body(self) -> None:
        assert self.rest().read() == b"0123456789"
        assert list(chunks(self.rest(), 3)) == [b"012", b"34", b"567", b"89"]  # type: ignore[arg-type]

    def test_its_size_is_told_without_reading(self) -> None:
        rest = self.rest()
        assert size_of(rest) == 10  # type: ignore[arg-type]
        rest.read(3)
        assert size_of(rest) == 7  # type: ignore[arg-type]
        assert rest.read() == b"3456789"
        assert size_of(begin(io.BufferedReader(one_way_zeros(9)), 4)[1]) is None  # type: ignore[arg-type]

    def test_whoever_sends_it_twice_may_go_back(self) -> None:
        rest = self.rest()
        start = rest.tell()
        assert start == 2
        assert rest.read() == b"0123456789"
        rest.seek(start)
        assert rest.read() == b"0123456789"

    def test_closing_it_leaves_the_body_open(self) -> None:
        file = io.BytesIO(b"0123456789")
        _, rest = begin(file, 4)
        assert rest is not None
        rest.close()
        assert not file.closed
