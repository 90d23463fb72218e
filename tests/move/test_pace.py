from __future__ import annotations

import resource
import sys
import threading
import time
from collections.abc import Callable

import pytest

from medialift.move.pace import COOLDOWN, FIRST, PATIENCE, WINDOW, Budget, Pace, most_connections


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def work(pace: Pace, clock: Clock, rate: Callable[[int], float], *, seconds: float) -> None:
    """Let a service that answers *rate* (of the number in flight) times a second do its work."""
    end = clock.now + seconds
    while clock.now < end:
        clock.now += 1 / rate(pace.limit)
        pace.succeeded()


def far(limit: int) -> float:
    """20 ms away: as many in flight, so much faster."""
    return limit / 0.02


def near(limit: int) -> float:
    """No distance: two cores decide."""
    return 5000.0


def test_a_distant_service_gets_the_ceiling_within_seconds() -> None:
    clock = Clock()
    pace = Pace(256, clock=clock)
    work(pace, clock, far, seconds=1.5)
    assert pace.limit == 256


def test_what_is_known_of_a_service_is_where_it_goes_on() -> None:
    clock = Clock()
    pace = Pace(256, first=128, clock=clock)
    assert pace.limit == 128
    work(pace, clock, far, seconds=2 * WINDOW)
    assert pace.limit == 256
    assert Pace(4, first=128).limit == 4


@pytest.mark.parametrize(("files", "most"), [(256, 128), (1, 1), (resource.RLIM_INFINITY, sys.maxsize)])
def test_connections_leave_files_for_the_rest(files: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda what: (files, files) if what == resource.RLIMIT_NOFILE else ())
    assert most_connections() == most


def test_where_more_in_flight_does_not_help_there_are_few() -> None:
    clock = Clock()
    pace = Pace(256, clock=clock)
    work(pace, clock, near, seconds=WINDOW * (PATIENCE - 2))
    assert pace.limit == FIRST


def test_a_limit_in_between_is_found() -> None:
    clock = Clock()
    pace = Pace(512, clock=clock)
    work(pace, clock, lambda limit: min(limit, 60) / 0.02, seconds=WINDOW * 12)
    assert 32 <= pace.limit <= 64


def test_throttling_halves_once_for_all_answers_that_were_in_flight_together() -> None:
    clock = Clock()
    pace = Pace(256, clock=clock)
    work(pace, clock, far, seconds=1.5)
    for _ in range(100):
        pace.throttled()
    assert pace.limit == 128
    clock.now += COOLDOWN
    pace.throttled()
    assert pace.limit == 64


def test_after_throttling_there_is_a_pause_before_it_grows_again() -> None:
    clock = Clock()
    pace = Pace(256, clock=clock)
    work(pace, clock, far, seconds=1.5)
    pace.throttled()
    work(pace, clock, far, seconds=WINDOW * (PATIENCE - 2))
    assert pace.limit == 128
    work(pace, clock, far, seconds=3)
    assert pace.limit == 256


def test_one_is_always_allowed() -> None:
    clock = Clock()
    pace = Pace(1, clock=clock)
    pace.throttled()
    work(pace, clock, far, seconds=1)
    assert pace.limit == 1


def test_workers_above_the_limit_wait_until_it_grows_or_the_work_is_over() -> None:
    pace = Pace(64)
    through = threading.Event()

    def work() -> None:
        pace.wait_turn(FIRST)
        through.set()

    worker = threading.Thread(target=work)
    worker.start()
    assert not through.wait(0.05)
    pace.retire()
    assert through.wait(5)
    worker.join()


def test_bytes_in_flight_never_exceed_the_cap() -> None:
    budget, lock = Budget(100), threading.Lock()
    held, most = 0, 0

    def hold(size: int) -> None:
        nonlocal held, most
        with budget.hold(size):
            with lock:
                held += size
                most = max(most, held)
            time.sleep(0.001)
            with lock:
                held -= size

    threads = [threading.Thread(target=hold, args=(size,)) for size in [10, 60, 30, 100, 1, 45] * 10]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 60 <= most <= 100


def test_more_than_the_cap_counts_as_the_cap() -> None:
    budget = Budget(100)
    with budget.hold(10**9):
        pass
    with budget.hold(100):
        pass


def test_a_large_wish_is_not_overtaken_for_ever() -> None:
    budget, order = Budget(100), list[str]()
    first = budget.hold(60)
    first.__enter__()

    def hold(size: int, name: str) -> None:
        with budget.hold(size):
            order.append(name)

    large = threading.Thread(target=hold, args=(100, "large"))
    large.start()
    while not budget._waiting:
        time.sleep(0.001)
    small = threading.Thread(target=hold, args=(1, "small"))
    small.start()
    time.sleep(0.02)
    assert order == []
    first.__exit__(None, None, None)
    large.join()
    small.join()
    assert order == ["large", "small"]
