"""Whether temporary credentials have run out."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import CredentialsError

RULE = Rule(
    "medialift.E035",
    "The credentials of STORAGES[{alias!r}] have run out: {reason}.",
    "Log in again (aws sso login), or let the site take a role, whose credentials are renewed by themselves.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if isinstance(refusal, CredentialsError) and refusal.expired:
        yield RULE.found(alias=visit.alias, reason=refusal.reason.rstrip("."))


CHECK = StoreCheck(RULE, "the credentials have not run out", look, gate=True, watched=True)
