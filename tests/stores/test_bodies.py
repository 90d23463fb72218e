from __future__ import annotations

import io
import os
import tracemalloc
from typing import BinaryIO

import pytest

from medialift.stores.bodies import Buffers, begin, chunks, cut, fill, marked, read_all, size_of
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


class Growing(io.BytesIO):
    """A file that had fewer bytes when it was asked for its size."""

    has_grown = False

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        if whence == os.SEEK_END and not self.has_grown:
            self.has_grown = True
            return 6
        return super().seek(offset, whence)


class TestTheRestOfALargeBody:
    @pytest.fixture(params=[io.BytesIO, Growing])
    def rest(self, request: pytest.FixtureRequest) -> BinaryIO:
        file = request.param(b"__0123456789")
        file.seek(2)
        head, rest = begin(file, 4)
        assert head == b""
        assert rest is not None
        return rest

    def test_it_is_the_whole_body(self, rest: BinaryIO) -> None:
        assert rest.read() == b"0123456789"
        rest.seek(2)
        assert b"".join(chunks(rest, 3)) == b"0123456789"

    def test_its_size_is_told_without_reading(self, rest: BinaryIO) -> None:
        assert size_of(rest) == 10
        rest.read(3)
        assert size_of(rest) == 7
        assert rest.read() == b"3456789"

    def test_a_size_that_nobody_can_tell_is_unknown(self) -> None:
        rest = begin(io.BufferedReader(one_way_zeros(9)), 4)[1]
        assert rest is not None
        assert size_of(rest) is None

    def test_it_fills_memory(self, rest: BinaryIO) -> None:
        memory = memoryview(bytearray(7))
        assert (fill(rest, memory), bytes(memory)) == (7, b"0123456")
        assert (fill(rest, memory), bytes(memory[:3])) == (3, b"789")
        assert fill(rest, memory) == 0

    def test_whoever_sends_it_twice_may_go_back(self, rest: BinaryIO) -> None:
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


def test_nothing_is_read_of_a_body_that_can_tell_that_it_is_large() -> None:
    file = io.BytesIO(b"0123456789")
    begin(file, 4)
    assert file.tell() == 0


class Upper(io.BytesIO):
    """A file that gives other bytes than it holds, and inherits a ``readinto`` that does not."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size).upper()


class TestBuffers:
    def test_parts_are_full_but_for_the_last_one(self) -> None:
        buffers, file = Buffers(4), one_way(b"0123456789")
        assert [bytes(buffers.filled(file)) for _ in range(4)] == [b"0123", b"4567", b"89", b""]

    def test_memory_is_used_again(self) -> None:
        buffers, file = Buffers(4), io.BytesIO(b"0123456789")
        part = buffers.filled(file)
        memory = part.obj
        buffers.give_back(part)
        again = buffers.filled(file)
        assert again.obj is memory
        assert bytes(again) == b"4567"
        assert buffers.filled(file).obj is not memory

    def test_what_a_body_reads_is_what_is_sent(self) -> None:
        assert bytes(Buffers(8).filled(Upper(b"abcdefgh"))) == b"ABCDEFGH"

    def test_what_a_body_raises_passes_through(self) -> None:
        with pytest.raises(BodyError):
            Buffers(8).filled(breaking(b"half"))
