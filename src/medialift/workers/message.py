"""What a queue carries: which move there is work for, and how a worker may go about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from medialift.move.values import Limits


@dataclass(frozen=True, slots=True)
class Message:
    """One call for one worker. ``transfers`` at a time, ``bandwidth`` in bytes per second, ``lease`` in seconds."""

    move: str
    transfers: int
    bandwidth: int | None = None
    lease: float = 60.0

    def as_json(self) -> dict[str, Any]:
        """Plain values, as every queue's serializer takes them; no secret is among them."""
        return {"move": self.move, "transfers": self.transfers, "bandwidth": self.bandwidth, "lease": self.lease}

    @property
    def limits(self) -> Limits:
        # A machine with more cores runs more workers.
        return Limits(workers=self.transfers, bandwidth=self.bandwidth, processes=1)

    @property
    def lease_length(self) -> timedelta:
        return timedelta(seconds=self.lease)


class Queue(Protocol):
    """A task queue that the site runs."""

    how_to_start: str
    """The command that starts a worker, for people who forgot to."""

    def send(self, message: Message) -> None:
        """Call one worker. Raises :class:`~medialift.workers.queues.QueueError` if the broker does not answer."""
