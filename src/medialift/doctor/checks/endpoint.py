"""Whether the service answers at all: name, network, port."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

from medialift.doctor.causes import cause_of
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import ThrottledError, UnavailableError

RULE = Rule(
    "medialift.E008",
    "{store} does not answer: {reason}.",
    "Check endpoint_url (and region, which is part of it) in STORAGES, and that this machine may reach it.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    refusal = visit.first_refusal()
    if not isinstance(refusal, UnavailableError) or isinstance(refusal, ThrottledError):
        return
    if cause_of(refusal, ssl.SSLError):
        return
    unresolved = cause_of(refusal, socket.gaierror)
    reason = "its host name does not resolve" if unresolved else refusal.reason.rstrip(".")
    yield RULE.found(store=visit.store.identity, reason=reason)


CHECK = StoreCheck(RULE, "the service answers", look, gate=True, watched=True)
