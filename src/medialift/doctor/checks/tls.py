"""Whether the service's certificate is trusted."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

from medialift.doctor.causes import cause_of
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit

RULE = Rule(
    "medialift.E009",
    "{store} cannot be spoken to over TLS: {reason}.",
    "For a private authority set verify to its CA file in the OPTIONS; otherwise check endpoint_url, and account_id.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    fault = cause_of(refusal, ssl.SSLError) if refusal else None
    if fault is not None:
        told = getattr(fault, "verify_message", "") or fault.reason or "the handshake failed"
        yield RULE.found(store=visit.store.identity, reason=told.rstrip("."))


CHECK = StoreCheck(RULE, "the certificate is trusted", look, gate=True, watched=True)
