from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medialift.move.channel import Channel

Ends = tuple[Channel, Channel]


@pytest.fixture
def ends() -> Iterator[Ends]:
    here, there = pair()
    yield here, there
    here.close()
    there.close()


def pair() -> Ends:
    here, there = socket.socketpair()
    return Channel(here), Channel(there)


@given(st.lists(st.integers(0, 400_000), max_size=8))
def test_values_of_any_size_arrive_in_order(sizes: list[int]) -> None:
    values = [bytes(size) for size in sizes]
    here, there = pair()
    with closing(here), closing(there):
        for value in values:
            here.send(value)
        got: list[bytes] = []
        patience = time.monotonic() + 30
        while len(got) < len(values):
            assert time.monotonic() < patience
            got += there.received(0.01)
            here.flush()

    assert got == values
    assert not here.has_unsent


def test_nobody_waits_for_who_does_not_read(ends: Ends) -> None:
    here, there = ends
    for number in range(200):
        here.send((number, bytes(50_000)))
        there.send((number, bytes(50_000)))
    assert here.has_unsent
    assert there.has_unsent

    got: dict[Channel, list[int]] = {here: [], there: []}
    patience = time.monotonic() + 30
    while min(map(len, got.values())) < 200:
        assert time.monotonic() < patience
        for end in ends:
            got[end] += [number for number, _ in end.received(0.01)]

    assert got == {here: list(range(200)), there: list(range(200))}


def test_the_end_is_told_after_the_last_value(ends: Ends) -> None:
    here, there = ends
    here.send("first")
    here.send("last")
    here.close()

    got = []
    with suppress(EOFError):
        for value in there.received(1):
            got.append(value)
    assert got == ["first", "last"]


def test_half_a_value_is_none(ends: Ends) -> None:
    _, there = ends
    ours, theirs = socket.socketpair()
    with closing(Channel(theirs)) as end:
        ours.sendall((100).to_bytes(4, "big") + b"half")
        assert list(end.received(0.05)) == []
        ours.close()
        with pytest.raises(EOFError):
            list(end.received(1))
    assert list(there.received(0)) == []


def test_sending_to_nobody_is_an_error(ends: Ends) -> None:
    here, there = ends
    there.close()
    with pytest.raises(OSError, match=r"."):
        here.send("x")
