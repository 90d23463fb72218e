"""Whether this machine's clock is right: signatures are good for 15 minutes around their time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import ClockSkewError

RULE = Rule(
    "medialift.E010",
    "This machine's clock is off ({now:%Y-%m-%d %H:%M} UTC): {store} refuses its signatures.",
    "sudo timedatectl set-ntp true",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if isinstance(refusal, ClockSkewError):
        yield RULE.found(now=datetime.now(timezone.utc), store=visit.store.identity)


CHECK = StoreCheck(RULE, "the clock is right", look, gate=True, watched=True)
