"""The second process of a move: reads, digests, signs and sends small files, and tells what became of each.

It knows no database and no driver, takes its orders from its standard input, which is a socket, and ends with it.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections import deque
from dataclasses import dataclass
from typing import Any, NamedTuple

from medialift.move.channel import Channel
from medialift.move.express import ExpressLane
from medialift.move.pace import FIRST, Budget, Flow, Pace
from medialift.move.packing import Packer
from medialift.move.reading import Source
from medialift.stores.base import ObjectStore
from medialift.stores.express import Route
from medialift.types import Action, Copied, Item, Step, Traits

TICK = 1.0
"""Seconds after which the process looks up, though nothing has happened."""
UNSENT = 0.01
"""The same while there is something that the other end has not been told, or has not taken yet."""
TOLD_AT_ONCE = 32
"""Files whose end is told in one message: each message wakes the other process."""

Order = tuple[str, str, int, str]
"""Name, key, size and fingerprint of a file. Plain tuples, because a move makes one of each file."""
Arrival = tuple[str, int, str, bytes, bytes, "str | None", "str | None", bool, str]
"""Name, size, fingerprint, SHA-256, MD5, ETag, version, whether the ETag is opaque, and the proof."""


@dataclass(frozen=True)
class Consignment:
    """Where files come from and where they go, at most ``most`` at once, and ``first`` to begin with.

    Holds no credentials: they come by themselves, and again when they change.
    """

    source: ObjectStore
    route: Route
    traits: Traits
    mark: str
    most: int
    first: int = FIRST


@dataclass(frozen=True)
class Credentials:
    """What the service signs by, from now on."""

    value: Any


class Recall:
    """Nothing more is to be begun of what was ordered."""


class Back(NamedTuple):
    """A file that has to go another way; ``exists`` says that its key is taken. ``size`` and ``fingerprint`` are those
    that it was read with, if it was.
    """

    name: str
    exists: bool = False
    size: int = 0
    fingerprint: str | None = None


class Report(NamedTuple):
    """What has become of some files. ``written`` are being written by somebody.

    ``is_slow`` says that the disk makes one reader wait too much, ``is_useless`` that nothing comes through.
    """

    arrived: list[Arrival]
    back: list[Back]
    written: list[str]
    throttled: int = 0
    is_slow: bool = False
    is_useless: bool = False


class _Counting(Pace):
    """Counts how often the service asked for less, so that the other process goes slower too."""

    throttles = 0

    def throttled(self) -> None:
        self.throttles += 1
        super().throttled()


class Carrying:
    """One express lane that is told what to carry."""

    def __init__(self, consignment: Consignment, channel: Channel) -> None:
        self._channel, self._pace = channel, _Counting(consignment.most, first=consignment.first)
        self._credentials: Any = None
        self._orders: deque[Order] = deque()
        self._express = consignment.route.open(lambda: self._credentials)
        self._express.wake_by(channel.fileno())
        packer = Packer(Source.of(consignment.source), consignment.traits, consignment.mark)
        self._lane = ExpressLane(self._express, packer, Flow(Budget(sys.maxsize), self._pace))

    def run(self) -> None:
        """Until the other end is gone. Raises ``EOFError`` and ``OSError`` then."""
        self._channel.send(None)
        report = Report([], [], [])
        while True:
            for message in self._channel.received(0):
                self._hear(message, report)
            self._begin(report)
            arrived = len(report.arrived)
            self._wait(report)
            if not self._can_wait(report, arrived):
                self._tell(report)
                report = Report([], [], [])

    def _hear(self, message: Any, report: Report) -> None:
        if isinstance(message, Credentials):
            self._credentials = message.value
            self._express.renew()
        elif isinstance(message, Recall):
            self._drop_orders(report)
        else:
            self._orders.extend(message)

    def _begin(self, report: Report) -> None:
        """Begin what there is room for."""
        while self._orders and self._express.alive and self._lane.has_room():
            order = self._orders.popleft()
            if not self._lane.begin(Step(Action.COPY, Item(*order))):
                report.back.append(Back(order[0]))
        if not self._express.alive:
            self._drop_orders(report)

    def _wait(self, report: Report) -> None:
        """Wait for what gets done."""
        wait = 0.0 if report.back else UNSENT if report.arrived or self._channel.has_unsent else TICK
        for tried in self._lane.results(wait):
            if isinstance(tried.outcome, Copied):
                report.arrived.append(_arrival(tried.outcome))
            else:
                report.written.append(tried.step.item.name)
        for step in self._lane.returned():
            exists = step.action is Action.ADOPT
            report.back.append(Back(step.item.name, exists, step.item.size, step.item.fingerprint))

    def _can_wait(self, report: Report, arrived: int) -> bool:
        """Whether more is to be told soon: files still arrive, *arrived* had before, and there is work for them."""
        is_plain = not (report.back or report.written or self._pace.throttles or self._lane.elsewhere)
        return is_plain and bool(self._orders) and arrived < len(report.arrived) < TOLD_AT_ONCE

    def _tell(self, report: Report) -> None:
        throttled, is_slow, is_useless = self._pace.throttles, bool(self._lane.elsewhere), not self._express.alive
        if report.arrived or report.back or report.written or throttled or is_slow:
            self._channel.send(report._replace(throttled=throttled, is_slow=is_slow, is_useless=is_useless))
            self._pace.throttles = self._lane.elsewhere = 0

    def _drop_orders(self, report: Report) -> None:
        report.back.extend(Back(name) for name, *_ in self._orders)
        self._orders.clear()


def _arrival(copied: Copied) -> Arrival:
    item, digests, stored = copied.item, copied.digests, copied.stored
    return (
        item.name, item.size, item.fingerprint, digests.sha256, digests.md5,
        stored.etag, stored.version, stored.opaque, copied.proof.value,
    )  # fmt: skip


def main() -> None:
    """Carry for the process at the other end of the standard input."""
    # These are for the whole group: the other end lets what is under way come to its end, and this one ends with it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    channel = Channel(socket.socket(fileno=0))
    try:
        Carrying(_first(channel), channel).run()
    except (EOFError, OSError):
        return


def _first(channel: Channel) -> Any:
    while True:
        for message in channel.received(TICK):
            return message
