"""Whether the service knows the credentials."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import CredentialsError

RULE = Rule(
    "medialift.E012",
    "{store} does not accept the credentials: {reason}.",
    "Set access_key_id and secret_access_key of STORAGES[{alias!r}]; temporary ones: log in again (aws sso login).",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if isinstance(refusal, CredentialsError):
        yield RULE.found(store=visit.store.identity, reason=refusal.reason.rstrip("."), alias=visit.alias)


CHECK = StoreCheck(RULE, "the credentials are accepted", look, gate=True)
