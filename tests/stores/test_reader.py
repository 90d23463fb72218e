from __future__ import annotations

import io
import os
import random
import zipfile
from typing import Any

import pytest

from medialift.errors import NotFoundError, PreconditionError, TruncatedBodyError
from medialift.stores.base import Download
from medialift.stores.memory import MemoryStore
from medialift.stores.reader import HEAD_SIZE, SECOND_SIZE, ObjectReader
from medialift.stores.wrappers.base import DownloadWrapper, Wrapper

DATA = random.Random(1).randbytes(3 * SECOND_SIZE + 4321)


class Counting(Wrapper):
    """Writes down each range that is asked for, and counts what is open."""

    def __init__(self, inner: Any) -> None:
        super().__init__(inner)
        self.ranges: list[tuple[int, int | None]] = []
        self.open = 0

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        self.ranges.append((start, length))
        self.open += 1
        return Closing(super().get(key, start=start, length=length, if_match=if_match), self)


class Closing(DownloadWrapper):
    def __init__(self, opened: Download, store: Counting) -> None:
        super().__init__(opened)
        self.store = store

    def close(self) -> None:
        self.store.open -= 1
        super().close()


class Tearing(Wrapper):
    """Cuts bodies off after some bytes; the first *healthy* requests are left whole."""

    def __init__(self, inner: Any, after: int, healthy: int = 0) -> None:
        super().__init__(inner)
        self.after, self.healthy = after, healthy

    def get(self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None) -> Download:
        opened = super().get(key, start=start, length=length, if_match=if_match)
        self.healthy -= 1
        return Torn(opened, self.after) if self.healthy < 0 else opened


class Torn(DownloadWrapper):
    def __init__(self, opened: Download, left: int) -> None:
        super().__init__(opened)
        self.left = left

    def read(self, size: int = -1, /) -> bytes:
        if not self.left:
            raise TruncatedBodyError("cut")
        data = super().read(min(self.left, size if size >= 0 else self.left))
        self.left -= len(data)
        return data


def store_with(data: bytes) -> Counting:
    store = MemoryStore()
    store.put("a", data)
    return Counting(store)


def opened(store: Any) -> io.BufferedReader:
    return io.BufferedReader(ObjectReader(store, "a"), HEAD_SIZE)


def test_ten_bytes_of_a_large_object_cost_one_small_request() -> None:
    store = store_with(DATA)
    with opened(store) as file:
        assert file.read(10) == DATA[:10]
    assert store.ranges == [(0, HEAD_SIZE)]
    assert store.open == 0


@pytest.mark.parametrize("piece", [1000, 64 * 1024, 1_000_003, -1])
def test_reading_all_takes_three_requests(piece: int) -> None:
    store = store_with(DATA)
    with opened(store) as file:
        assert b"".join(iter(lambda: file.read(piece), b"")) == DATA
    assert store.ranges == [(0, HEAD_SIZE), (HEAD_SIZE, SECOND_SIZE), (HEAD_SIZE + SECOND_SIZE, None)]
    assert store.open == 0


def test_the_start_is_read_again_for_nothing() -> None:
    store = store_with(DATA)
    with opened(store) as file:
        for _ in range(3):
            assert file.seek(0, os.SEEK_END) == len(DATA)
            file.seek(0)
            assert file.read(HEAD_SIZE) == DATA[:HEAD_SIZE]
    assert store.ranges == [(0, HEAD_SIZE)]


def test_a_jump_starts_small_again() -> None:
    store = store_with(DATA)
    with opened(store) as file:
        file.seek(-1000, os.SEEK_END)
        assert file.read() == DATA[-1000:]
        file.seek(2 * SECOND_SIZE)
        assert file.read(10) == DATA[2 * SECOND_SIZE :][:10]
    assert store.ranges[1:] == [(len(DATA) - 1000, SECOND_SIZE), (2 * SECOND_SIZE, HEAD_SIZE)]


def test_any_walk_through_the_file_reads_what_is_there() -> None:
    chance = random.Random(7)
    store = store_with(DATA)
    with opened(store) as file:
        for _ in range(300):
            if chance.random() < 0.4:
                file.seek(chance.randrange(len(DATA) + 1000))
            at, size = file.tell(), chance.choice((1, 500, 70_000, 2_000_000))
            assert file.read(size) == DATA[at : at + size]
    assert store.open == 0


@pytest.mark.parametrize("size", [0, 1, HEAD_SIZE - 1, HEAD_SIZE, HEAD_SIZE + 1])
def test_sizes_around_the_first_request(size: int) -> None:
    store = store_with(DATA[:size])
    with opened(store) as file:
        assert file.read() == DATA[:size]
        assert file.read(1) == b""
    assert len(store.ranges) == (1 if size <= HEAD_SIZE else 2)


def test_a_missing_object_is_told_when_it_is_opened() -> None:
    with pytest.raises(NotFoundError):
        ObjectReader(MemoryStore(), "a")


def test_a_replaced_object_is_never_mixed_with_the_old_one() -> None:
    store = store_with(DATA)
    with opened(store) as file:
        assert file.read(HEAD_SIZE) == DATA[:HEAD_SIZE]
        store.put("a", b"new" * SECOND_SIZE)
        with pytest.raises(PreconditionError):
            file.read(10)


def test_a_connection_that_breaks_is_taken_up_where_it_ended() -> None:
    store = Tearing(store_with(DATA), after=200_000, healthy=1)
    with opened(store) as file:
        assert file.read() == DATA


def test_a_connection_that_only_breaks_is_told() -> None:
    store = Tearing(store_with(DATA), after=0, healthy=1)
    with opened(store) as file:
        assert file.read(HEAD_SIZE) == DATA[:HEAD_SIZE]
        with pytest.raises(TruncatedBodyError):
            file.read(1)


def test_a_closed_file_reads_no_more() -> None:
    file = opened(store_with(DATA))
    file.close()
    with pytest.raises(ValueError, match="closed"):
        file.read(1)


@pytest.mark.parametrize(("offset", "whence"), [(-1, os.SEEK_SET), (-22, os.SEEK_END), (-1, os.SEEK_CUR)])
def test_nothing_lies_before_the_start(offset: int, whence: int) -> None:
    """zipfile looks for its end in every file, and asks for the error of a file on a disk."""
    store = MemoryStore("media")
    store.put("a", b"x")
    with ObjectReader(store, "a") as reader, pytest.raises(OSError, match="Invalid argument"):
        reader.seek(offset, whence)
    with ObjectReader(store, "a") as reader:
        assert not zipfile.is_zipfile(io.BufferedReader(reader))
