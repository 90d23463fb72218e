"""Whether somebody without credentials can follow a signed URL."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import BODY, Visit

RULE = Rule(
    "medialift.E026",
    "A signed URL of STORAGES[{alias!r}] is answered with {status}, or with other bytes, to whoever opens it.",
    "Check region, endpoint_url and addressing_style of STORAGES[{alias!r}], and policies that look at IP addresses.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    visit.read_back()  # what the credentials may not read, their signature does not open
    fetched = visit.fetch(visit.signed_url())
    if (fetched.status, fetched.body) != (200, BODY):
        yield RULE.found(alias=visit.alias, status=fetched.status)


CHECK = StoreCheck(RULE, "a signed URL opens", look, watched=True)
