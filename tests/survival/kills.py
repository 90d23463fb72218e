"""``kill -9`` at random moments: after some seconds, or just when the server is asked for something."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.cli.conftest import Ran
from tests.servers.proxy import Action, Exchange, FaultProxy
from tests.servers.rules import lose_answer
from tests.servers.s3request import Request
from tests.survival.site import Mover, Site

FIRST_GUESS = 3.0
"""Seconds that a verb takes, before one has been seen to end."""


@dataclass
class AtRequest:
    """A rule that kills *mover* when its *number*-th request arrives, before or after the server has done it."""

    mover: Mover
    number: int
    reaches_server: bool

    def __call__(self, request: Request) -> Action | None:
        self.number -= 1
        if self.number:
            return None
        self.mover.kill()
        return lose_answer() if self.reaches_server else Exchange.reset


@dataclass
class Killer:
    """Runs verbs of a site, and kills each of them as often as ``budget`` says."""

    site: Site
    proxy: FaultProxy
    rng: random.Random
    budget: Counter[str]
    killed: Counter[str] = field(default_factory=Counter)
    _seconds: dict[str, float] = field(default_factory=dict)
    _requests: dict[str, int] = field(default_factory=dict)

    def until_done(self, kind: str, verb: str, *arguments: str) -> Ran:
        """Run the verb again and again until it ends by itself; kills count as *kind*."""
        while self.budget[kind]:
            if not self._was_killed(kind, verb, *arguments):
                break
            self.budget[kind] -= 1
            self.killed[kind] += 1
        began, asked = time.monotonic(), self.proxy.count()
        ended = self.site.run(verb, *arguments)
        self._seconds[kind] = time.monotonic() - began
        self._requests[kind] = self.proxy.count() - asked
        return ended

    def _was_killed(self, kind: str, verb: str, *arguments: str) -> bool:
        """Whether the verb was killed before it ended. Half of the moments are those of a request."""
        mover = self.site.start(verb, *arguments)
        by_request = self.rng.random() < 0.5
        if by_request:
            most = self._requests.get(kind) or len(list(self.site.media.rglob("*")))
            self.proxy.rules.append(AtRequest(mover, self.rng.randint(1, most + 1), self.rng.random() < 0.5))
            mover.ended()
            self.proxy.rules.clear()
        elif mover.lasts(self.rng.uniform(0, self._seconds.get(kind, FIRST_GUESS))):
            mover.kill()
        ended = mover.ended()
        assert ended.code in (0, -9), (verb, arguments, ended)
        return ended.code == -9
