"""Whoever waits for workers calls them, and calls again, without filling the queue of a site that starts none."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from medialift.ledger.shards import Sheet
from medialift.move.journal import Tally
from medialift.workers import crew
from medialift.workers.message import Message

SHARDS = 100


class Clock:
    """Time that passes only while somebody waits, until it is over."""

    def __init__(self, length: float) -> None:
        self.now, self.length = 1000.0, length

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.length -= seconds

    def is_set(self) -> bool:
        return self.length <= 0


def calls_in(seconds: float, monkeypatch: pytest.MonkeyPatch, sheet: Callable[[Clock], Sheet]) -> list[float]:
    """After how many seconds messages were sent, to workers of whose work *sheet* tells."""
    clock, sent = Clock(seconds), []
    monkeypatch.setattr(crew, "time", clock)
    queue = SimpleNamespace(send=lambda message: sent.append(clock.now - 1000.0), how_to_start="start one")
    shards: Any = SimpleNamespace(sheet=lambda: sheet(clock), is_paused=lambda: False, stop=lambda: None)
    watched = crew.Crew(queue, shards, Message("move", transfers=8), say=lambda line: None)
    stop: Any = clock
    crew._Watch(watched, stop, lambda progress: None, clock.now).until_done()
    return sent


def sheet(finished: int = 0) -> Sheet:
    amounts = {"amount": Tally(1000, 0), "finished": Tally(finished, 0)}
    return Sheet(shards=SHARDS, done=0, alive=0, waiting=SHARDS, given_up=0, errors=(), **amounts)


def test_where_nobody_comes_they_are_called_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = sorted(set(calls_in(1000, monkeypatch, lambda clock: sheet())))
    assert moments == [0, 10, 30, 70, 150, 310, 610, 910]


def test_a_sign_of_life_makes_the_waits_short_again(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = sorted(set(calls_in(70, monkeypatch, lambda clock: sheet(finished=int(clock.now >= 1035)))))
    assert moments == [0, 10, 30, 45, 65]
