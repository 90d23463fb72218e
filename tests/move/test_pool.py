from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from medialift.move.pool import Hooks, Lane, each, run_each


def never() -> threading.Event:
    return threading.Event()


def workers() -> int:
    return sum(thread.name.startswith("medialift-") for thread in threading.enumerate())


def test_every_item_is_worked_on_once() -> None:
    results = list(run_each(lambda number: number * 2, range(5000), workers=8, stop=never()))
    assert sorted(results) == [number * 2 for number in range(5000)]


def test_nothing_is_pulled_further_ahead_than_allowed() -> None:
    pulled, done = 0, 0

    def items() -> Iterator[int]:
        nonlocal pulled
        for number in range(500):
            pulled += 1
            assert pulled - done <= 4 + 6 + 1
            yield number

    for _ in each(lambda number: number, items(), lanes=[Lane(4, ahead=6)], stop=never()):
        done += 1
    assert done == 500


def test_items_are_pulled_and_results_given_in_the_callers_thread() -> None:
    threads: set[int] = set()

    def items() -> Iterator[int]:
        for number in range(20):
            threads.add(threading.get_ident())
            yield number

    list(run_each(lambda number: number, items(), workers=4, stop=never()))
    assert threads == {threading.get_ident()}


def test_few_items_start_few_threads() -> None:
    seen: set[str] = set()
    list(run_each(lambda number: seen.add(threading.current_thread().name), [1], workers=64, stop=never()))
    assert len(seen) == 1


def test_a_slow_lane_does_not_hold_up_the_other() -> None:
    release = threading.Event()

    def work(item: str) -> str:
        if item == "large":
            assert release.wait(30)
        return item

    items = ["large", "large", *["small"] * 500]
    lanes = [Lane(4, ahead=8), Lane(1, ahead=10)]
    got: list[str] = []
    with closing(each(work, items, lanes=lanes, lane_of=lambda item: int(item == "large"), stop=never())) as results:
        for result in results:
            got.append(result)
            if len(got) == 500:
                assert set(got) == {"small"}
                release.set()
    assert got[500:] == ["large", "large"]


def test_an_error_ends_it_after_everything_in_flight_has_come_out() -> None:
    started: list[int] = []

    def work(number: int) -> int:
        started.append(number)
        if number == 10:
            raise KeyError(number)
        time.sleep(0.001)
        return number

    results: list[int] = []
    with pytest.raises(KeyError, match="10"):
        results.extend(run_each(work, range(10_000), workers=4, stop=never()))
    assert sorted([*results, 10]) == sorted(started)
    assert len(started) < 100
    assert workers() == 0


def test_a_stop_ends_it_without_losing_a_result() -> None:
    stop, started = never(), list[int]()

    def work(number: int) -> int:
        started.append(number)
        return number

    results: list[int] = []
    for result in run_each(work, range(10_000), workers=4, stop=stop):
        results.append(result)
        if len(results) == 50:
            stop.set()
    assert sorted(results) == sorted(started)
    assert len(results) < 200


def test_a_stop_is_noticed_while_all_workers_are_busy() -> None:
    stop, hurried = never(), threading.Event()

    def work(number: int) -> None:
        assert hurried.wait(30)

    threading.Timer(0.05, stop.set).start()
    began = time.monotonic()
    results = list(each(work, [1, 2], lanes=[Lane(2, 2)], stop=stop, hooks=Hooks(hurry=hurried.set)))
    assert len(results) == 2
    assert time.monotonic() - began < 10


def test_a_caller_who_goes_leaves_no_thread_behind() -> None:
    hurried = threading.Event()
    results = each(
        lambda number: time.sleep(0.01), range(100), lanes=[Lane(4, 4)], stop=never(), hooks=Hooks(hurry=hurried.set)
    )
    next(results)
    results.close()
    assert hurried.is_set()
    assert workers() == 0


def test_the_clock_ticks_while_nothing_comes() -> None:
    ticks: list[float] = []
    list(
        each(
            lambda number: time.sleep(0.5),
            [1],
            lanes=[Lane(1, 1)],
            stop=never(),
            hooks=Hooks(tick=lambda: ticks.append(time.monotonic())),
        )
    )
    assert ticks
