"""Small files on the express: read and digested one after the other, sent all at once, by the caller's own thread.

Only what goes as it should is done here. A file that does not (there already, refused, throttled, no answer, no
proof in the answer) is given back, for a thread that has the time to look, to try again, and to explain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from medialift.move.pace import Flow
from medialift.move.packing import Packer, Parcel
from medialift.move.prove import proof_in
from medialift.move.stopwatch import Stopwatch
from medialift.move.transfer import Tried
from medialift.stores.express import Express
from medialift.types import Action, Copied, NotCopied, Step

LARGEST = 256 * 1024
"""Bytes. Larger bodies are better hashed and sent on several cores, and each hand-over costs them little."""

LEAST = 16 * 1024
"""Bytes that the smallest one counts as."""
SLOW = 0.0005
"""Seconds of waiting for one file. A disk where most take longer is read by many threads at once: a network's does."""
SAMPLED = 8
"""Of so many files one is timed."""
WEIGHT = 1 / 16
"""How much the last of them counts in the share of slow ones."""
ELSEWHERE = 2000
"""So many files go to the threads before a slow disk is given another try."""


class ExpressLane:
    """The express of one target, as :func:`~medialift.move.pool.each` works with it.

    ``elsewhere`` is how many of the next files are left to the threads, because the disk is slow.
    """

    def __init__(self, express: Express, packer: Packer, flow: Flow) -> None:
        self._express, self._packer, self._flow = express, packer, flow
        self._done: list[Tried] = []
        self._back: list[Step] = []
        self._held = self._files = 0
        self._slow = 0.0
        self.elsewhere = 0

    @property
    def under_way(self) -> int:
        return self._express.under_way + len(self._done)

    def takes(self, step: Step) -> bool:
        """Whether *step* is for this lane, as far as one can tell before its file is read."""
        if step.action is not Action.COPY or step.item.size > LARGEST or not self._express.alive:
            return False
        if self.elsewhere:
            self.elsewhere -= 1
            return False
        return self._flow.is_open

    def has_room(self) -> bool:
        return self._express.under_way < self._flow.pace.limit

    def begin(self, step: Step) -> bool:
        """Read the file and begin to send it; false if it has to go another way."""
        weight = weight_of(step)
        if not self._flow.budget.take(weight):
            return False
        parcel = self._packed(step)
        if isinstance(parcel, Parcel):
            sha256 = parcel.hasher.digests().sha256
            key = parcel.step.item.key
            ticket = parcel, weight
            if self._express.begin(ticket, key, parcel.data, headers=parcel.headers, sha256=sha256):
                self._held += weight
                return True
        self._flow.budget.give(weight)
        if parcel is not None and not isinstance(parcel, Parcel):
            self._done.append(Tried(step, parcel))
            return True
        return False

    def results(self, wait: float) -> Iterator[Tried]:
        """What is done, after at most *wait* seconds; what is not comes out of :meth:`returned`."""
        done, self._done = self._done, []
        yield from done
        for sent in self._express.answers(0 if done else wait):
            parcel, weight = sent.ticket
            self._held -= weight
            self._flow.budget.give(weight)
            if sent.throttled:
                self._flow.pace.throttled()
            digests = parcel.hasher.digests()
            proof = None if sent.stored is None else proof_in(self._packer.traits, sent.stored, parcel.hasher.etags())
            if sent.stored is None or proof is None:
                self._back.append(replace(parcel.step, action=Action.ADOPT) if sent.exists else parcel.step)
                continue
            self._flow.pace.succeeded()
            self._flow.sent(len(parcel.data))
            yield Tried(parcel.step, Copied(parcel.step.item, digests, sent.stored, proof))

    def returned(self) -> list[Step]:
        """What has to go another way."""
        back, self._back = self._back, []
        return back

    def hold(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        self._flow.budget.give(self._held)
        self._held = 0
        self._express.close()

    def _packed(self, step: Step) -> Parcel | NotCopied | None:
        self._files += 1
        if self._files % SAMPLED:
            return self._packer.packed(step, LARGEST)
        stopwatch = Stopwatch()
        parcel = self._packer.packed(step, LARGEST)
        self._note(stopwatch.waited())
        return parcel

    def _note(self, waited: float) -> None:
        self._slow += ((waited > SLOW) - self._slow) * WEIGHT
        if self._slow > 0.5:
            self._slow, self.elsewhere = 0.0, ELSEWHERE


def weight_of(step: Step) -> int:
    """Bytes of memory that *step* takes: what there is is read, and that is seldom of another size than planned."""
    return max(step.item.size, LEAST)
