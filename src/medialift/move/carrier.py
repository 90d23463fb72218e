"""Small files by two processes: one keeps plan and ledger, the other reads, digests, signs and sends.

One interpreter runs on one core, and a third of what a small file costs is in its way. The second process is begun
once a move turns out to be a large one, where there is a core for it. Whatever goes wrong with it, the files that it
had are given back, and the rest goes the way of every small move.
"""

from __future__ import annotations

import logging
import pickle
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from medialift.move import spawning
from medialift.move.carrying import Arrival, Back, Consignment, Credentials, Order, Recall, Report
from medialift.move.channel import Channel
from medialift.move.express import ELSEWHERE, ExpressLane, weight_of
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

    ``has_begun`` turns true once it is ready, ``alive`` false once it is gone. ``is_slow`` is what it says of the disk,
    ``is_useless`` of the service: nothing comes through.
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
        self.is_useless = False
        self._has_recalled = False

    @property
    def under_way(self) -> int:
        return len(self._steps) + len(self._back)

    def begin(self, step: Step) -> bool:
        if not self._flow.budget.take(weight_of(step)):
            return False
        self._has_recalled = False
        item = step.item
        self._steps[item.name] = step
        self._orders.append((item.name, item.key, item.size, item.fingerprint))
        if len(self._orders) >= BATCH:
            self._order()
        return True

    def results(self, wait: float) -> Iterator[Tried]:
        """What is done, after at most *wait* seconds; what is not comes out of :meth:`returned`."""
        self._order()
        if not self._flow.is_open:
            self.hold()
        if not self.alive:
            return
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

    def hold(self) -> None:
        """Have what is not begun yet given back."""
        if not self._has_recalled:
            self._has_recalled = True
            self._order()
            self.send(Recall())

    def send(self, value: object) -> None:
        try:
            self._channel.send(value)
        except OSError:
            self._lose()

    def close(self) -> None:
        """Let the process end, and forget what it has."""
        self.alive = False
        for name in list(self._steps):
            self._taken(name)
        self._channel.close()
        if not self.has_begun:
            self._process.kill()  # it has been given nothing yet
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            with suppress(subprocess.TimeoutExpired):  # one that reads from a disk that is gone
                self._process.wait(PATIENCE)

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
        self._back.extend(_given_back(self._taken(back.name), back) for back in report.back)
        self.is_useless = self.is_useless or report.is_useless

    def _taken(self, name: str) -> Step:
        step = self._steps.pop(name)
        self._flow.budget.give(weight_of(step))
        return step

    def _lose(self) -> None:
        """Nobody knows what became of the files that the process had: each is looked at again."""
        if self.alive:
            log.warning("The second process of the move has ended: it goes on in one.")
        self.alive = False
        self._back.extend(self._taken(name) for name in list(self._steps))


class CarriedLane:
    """An express lane of this process until there is a second one, and then of that; as the pool works with it."""

    def __init__(
        self, lane: ExpressLane, consignment: Consignment, express: PortableExpress, flow: Flow, expected: int
    ) -> None:
        self._lane, self._consignment, self._express, self._flow = lane, consignment, express, flow
        self._carrier: Carrier | None = None
        self._begun = 0
        self._start_at = 1 if expected >= AFTER else AFTER

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
        if self._begun == self._start_at:
            consignment = replace(self._consignment, first=self._flow.pace.limit)
            self._carrier = start(consignment, self._express, self._flow)
        if self._carrier is not None and self._is_carried:
            return self._carrier.begin(step)
        return self._lane.begin(step)

    def results(self, wait: float) -> Iterator[Tried]:
        carrier = self._carrier
        if carrier is None or not carrier.alive or (carrier.is_useless and not carrier.under_way):
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
        carrier = self._carrier
        return carrier is not None and carrier.alive and carrier.has_begun and not carrier.is_useless

    def hold(self) -> None:
        if self._carrier is not None:
            self._carrier.hold()

    def close(self) -> None:
        self._lane.close()
        if self._carrier is not None:
            self._carrier.close()


def small_files(
    target: ObjectStore, packer: Packer, flow: Flow, processes: int, expected: int = 0
) -> ExpressLane | CarriedLane | None:
    """The lane of small files to *target*, if it has an express and files of the source can be read at once."""
    if packer.source.whole is None or not isinstance(target, SendsExpress):
        return None
    express = target.express()
    if express is None:
        return None
    lane = ExpressLane(express, packer, flow)
    if processes < 2 or not isinstance(express, PortableExpress):
        return lane
    consignment = Consignment(packer.source.store, express.route, packer.traits, packer.mark, flow.pace.ceiling)
    return CarriedLane(lane, consignment, express, flow, expected)


def start(consignment: Consignment, express: PortableExpress, flow: Flow) -> Carrier | None:
    """Begin a second process; ``None`` where there is no use in one, or none can be had."""
    if not spawning.is_of_use():
        return None
    try:
        pickle.dumps(consignment)
        process, sock = spawning.spawned(PROGRAM)
    except Exception as error:  # noqa: BLE001 - whatever it is, the move goes on without
        log.debug("No second process for the move: %s", error)
        return None
    carrier = Carrier(process, Channel(sock), express, flow)
    carrier.send(consignment)
    return carrier


def _given_back(step: Step, back: Back) -> Step:
    if back.fingerprint is not None:
        step = as_found(step, back.size, back.fingerprint)
    return replace(step, action=Action.ADOPT) if back.exists else step


def _copied(step: Step, arrival: Arrival) -> Tried:
    _, size, fingerprint, sha256, md5, etag, version, opaque, proof = arrival
    step = as_found(step, size, fingerprint)
    stored = Stored(step.item.key, size, etag, version, opaque=opaque)
    return Tried(step, Copied(step.item, Digests(sha256, md5), stored, Proof(proof)))
