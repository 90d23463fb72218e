from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from medialift.move.ahead import ahead


def threads() -> int:
    return sum(thread.name == "medialift-ahead" for thread in threading.enumerate())


def test_everything_comes_in_order() -> None:
    with ahead(iter(range(1000))) as items:
        assert list(items) == list(range(1000))
    assert not threads()


def test_a_few_are_made_before_they_are_asked_for() -> None:
    made, enough = [], threading.Event()

    def count() -> Iterator[int]:
        for number in range(10):
            made.append(number)
            if number == 3:
                enough.set()
            yield number

    with ahead(count(), depth=2) as items:
        assert next(items) == 0
        assert enough.wait(10)
        assert len(made) == 4  # one taken, two waiting, one in hand


def test_an_error_comes_where_it_would_have_come() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise LookupError("no more")

    with ahead(broken()) as items:
        assert next(items) == 1
        with pytest.raises(LookupError, match="no more"):
            next(items)


def test_nothing_is_made_once_nobody_wants_more() -> None:
    made = []

    def endless() -> Iterator[int]:
        while True:
            made.append(0)
            yield 0

    with ahead(endless()) as items:
        next(items)
    assert not threads()
    assert len(made) < 10
