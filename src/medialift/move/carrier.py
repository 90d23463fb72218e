"""Small files by two processes: one keeps plan and ledger, the other reads, digests, signs and sends.

One interpreter runs on one core, and a third of what a small file costs is in its way. The second process is begun
once a move turns out to be a large one, where there is a core for it. Whatever goes wrong with it, the files that it
had are given back, and the rest goes the way of every small move.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

from medialift.move.carrying import Arrival, Consignment, Credentials, Order, Recall, Report
from medialift.move.channel import Channel
from medialift.move.express import ELSEWHERE, LARGEST, ExpressLane
from medialift.move.pace import Flow
from medialift.move.packing import Packer, as_found, left_to_writer
from medialift.move.transfer import Tried
from medialift.stores.base import ObjectStore
from medialift.stores.express import PortableExpress, SendsExpress
from medialift.types import Action, Copied, Digests, Proof, Step, Stored

AFTER = 500
"""Files: what a second process costs is worth it then."""
BATCH = 16
"""Orders that go in one message, at most."""
AHEAD = 64
"""Orders beyond what the second process has under way, so that neither process waits for the other."""
BOTH = 0.005
"""Seconds to wait for one process while files are under way in both."""
KEYS_LIVE = 30.0
"""Seconds after which is asked whether the credentials are still the same."""
PATIENCE = 5.0
"""Seconds for the second process to end by itself."""

PROGRAM = "from medialift.move.carrying import main; main()"

log = logging.getLogger("medialift.move")


class Carrier:
    """The second process, and what it has been given.

    ``has_begun`` turns true once it is ready, ``alive`` false once it is gone; ``is_slow`` is what it says of the disk.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], channel: Channel, express: PortableExpress, flow: Flow
    ) -> None:
        self._process, self._channel, self._express, self._flow = process, channel, express, flow
        self._steps: dict[str, Step] = {}
        self._orders: list[Order] = []
        self._back: list[Step] = []
        self._credentials: object = None
        self._credentials_until = 0.0
        self.has_begun = False
        self.alive = True
        self.is_slow = False
        self._has_recalled = False

    @property
    def under_way(self) -> int:
        return len(self._steps) + len(self._back)

    def begin(self, step: Step) -> bool:
        if not self._flow.budget.take(LARGEST):
            return False
        self._steps[step.item.name] = step
        self._orders.append((step.item.name, step.item.key))
        if len(self._orders) >= BATCH:
            self._order()
        return True

    def results(self, wait: float) -> Iterator[Tried]:
        """What is done, after at most *wait* seconds; what is not comes out of :meth:`returned`."""
        self._order()
        if self._flow.holds and not self._has_recalled:
            self.send(Recall())
        self._has_recalled = self._flow.holds
        try:
            for report in self._channel.received(wait):
                if report is None:
                    self.has_begun = True
                else:
                    yield from self._told(report)
        except (EOFError, OSError):
            self._lose()

    def returned(self) -> list[Step]:
        """What has to go another way."""
        back, self._back = self._back, []
        return back

    def send(self, value: object) -> None:
        try:
            self._channel.send(value)
        except OSError:
            self._lose()

    def close(self) -> None:
        """Let the process end, and forget what it has."""
        self.alive = False
        self._channel.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _order(self) -> None:
        orders, self._orders = self._orders, []
        if orders and self.alive:
            self._send_credentials()
            self.send(orders)

    def _send_credentials(self) -> None:
        now = time.monotonic()
        if now < self._credentials_until:
            return
        self._credentials_until = now + KEYS_LIVE
        credentials = self._express.credentials()
        if credentials != self._credentials:
            self._credentials = credentials
            self.send(Credentials(credentials))

    def _told(self, report: Report) -> Iterator[Tried]:
        for _ in range(report.throttled):
            self._flow.pace.throttled()
        self.is_slow = self.is_slow or report.is_slow
        for arrival in report.arrived:
            step = self._taken(arrival[0])
            self._flow.pace.succeeded()
            self._flow.sent(arrival[1])
            yield _copied(step, arrival)
        for name in report.written:
            step = self._taken(name)
            yield Tried(step, left_to_writer(step.item))
        for name, exists in report.back:
            step = self._taken(name)
            self._back.append(replace(step, action=Action.ADOPT) if exists else step)

    def _taken(self, name: str) -> Step:
        self._flow.budget.give(LARGEST)
        return self._steps.pop(name)

    def _lose(self) -> None:
        """Nobody knows what became of the files that the process had: each is looked at again."""
        if self.alive:
            log.warning("The second process of the move has ended: it goes on in one.")
        self.alive = False
        self._back.extend(self._taken(name) for name in list(self._steps))


class CarriedLane:
    """An express lane of this process until there is a second one, and then of that; as the pool works with it."""

    def __init__(self, lane: ExpressLane, consignment: Consignment, express: PortableExpress, flow: Flow) -> None:
        self._lane, self._consignment, self._express, self._flow = lane, consignment, express, flow
        self._carrier: Carrier | None = None
        self._begun = 0

    @property
    def under_way(self) -> int:
        return self._lane.under_way + (self._carrier.under_way if self._carrier is not None else 0)

    def takes(self, step: Step) -> bool:
        return self._lane.takes(step)

    def has_room(self) -> bool:
        if self._is_carried:
            return self.under_way < self._consignment.most + AHEAD
        return self._lane.has_room()

    def begin(self, step: Step) -> bool:
        self._begun += 1
        if self._begun == AFTER:
            self._carrier = start(self._consignment, self._express, self._flow)
        if self._carrier is not None and self._is_carried:
            return self._carrier.begin(step)
        return self._lane.begin(step)

    def results(self, wait: float) -> Iterator[Tried]:
        carrier = self._carrier
        if carrier is None or not carrier.alive:
            yield from self._lane.results(wait)
            return
        if self._lane.under_way:
            yield from self._lane.results(BOTH if carrier.under_way else wait)
            wait = 0
        yield from carrier.results(wait)
        if carrier.is_slow:
            carrier.is_slow, self._lane.elsewhere = False, ELSEWHERE

    def returned(self) -> list[Step]:
        back = self._carrier.returned() if self._carrier is not None else []
        return [*back, *self._lane.returned()]

    @property
    def _is_carried(self) -> bool:
        return self._carrier is not None and self._carrier.alive and self._carrier.has_begun

    def close(self) -> None:
        self._lane.close()
        if self._carrier is not None:
            self._carrier.close()


def small_files(target: ObjectStore, packer: Packer, flow: Flow) -> ExpressLane | CarriedLane | None:
    """The lane of small files to *target*, if it has an express and files of the source can be read at once."""
    if packer.source.whole is None or not isinstance(target, SendsExpress):
        return None
    express = target.express()
    if express is None:
        return None
    lane = ExpressLane(express, packer, flow)
    if not isinstance(express, PortableExpress):
        return lane
    consignment = Consignment(packer.source.store, express.route, packer.traits, packer.mark, flow.pace.ceiling)
    return CarriedLane(lane, consignment, express, flow)


def start(consignment: Consignment, express: PortableExpress, flow: Flow) -> Carrier | None:
    """Begin a second process; ``None`` where there is no use in one, or none can be had."""
    # Inside some servers "this Python" is the server.
    if _cores() < 2 or not os.path.basename(sys.executable or "").startswith(("python", "pypy")):
        return None
    try:
        pickle.dumps(consignment)
    except (pickle.PicklingError, TypeError, AttributeError):
        return None  # somebody's own kind of folder
    path = os.pathsep.join(dict.fromkeys(map(os.path.abspath, sys.path)))
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = subprocess.Popen(  # noqa: S603 (no shell, and no word that is not our own)
                [sys.executable, "-c", PROGRAM],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
            )
        except OSError:
            ours.close()
            return None
    carrier = Carrier(process, Channel(ours), express, flow)
    carrier.send(consignment)
    return carrier


def _copied(step: Step, arrival: Arrival) -> Tried:
    _, size, fingerprint, sha256, md5, etag, version, opaque, proof = arrival
    step = as_found(step, size, fingerprint)
    stored = Stored(step.item.key, size, etag, version, opaque=opaque)
    return Tried(step, Copied(step.item, Digests(sha256, md5), stored, Proof(proof)))


def _cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
