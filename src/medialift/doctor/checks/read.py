"""Whether what was stored can be read back."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.advice import to_allow
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import BODY, Visit
from medialift.errors import AccessDeniedError, NotFoundError, UnavailableError

RULE = Rule(
    "medialift.E015",
    "STORAGES[{alias!r}] cannot read back what it stored: {reason}.",
    "{how}",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    visit.written()
    try:
        refusal, reason = None, "" if visit.read_back() == BODY else "other bytes came back"
    except (AccessDeniedError, NotFoundError, UnavailableError) as error:
        refusal, reason = error, error.reason.rstrip(".")
    if reason:
        how = to_allow(visit, "s3:GetObject", visit.arn, on_disk="read", refusal=refusal)
        yield RULE.found(alias=visit.alias, reason=reason, how=how)


CHECK = StoreCheck(RULE, "files can be read", look, watched=True)
