"""Whether what was stored can be read back."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import BODY, Visit
from medialift.errors import AccessDeniedError, NotFoundError, UnavailableError

RULE = Rule(
    "medialift.E015",
    "STORAGES[{alias!r}] cannot read back what it stored: {reason}.",
    "Allow s3:GetObject on {arn} (a folder: read permission for the site's user).",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    visit.written()
    try:
        reason = "" if visit.read_back() == BODY else "other bytes came back"
    except (AccessDeniedError, NotFoundError, UnavailableError) as error:
        reason = error.reason.rstrip(".")
    if reason:
        yield RULE.found(alias=visit.alias, reason=reason, arn=visit.arn)


CHECK = StoreCheck(RULE, "files can be read", look, watched=True)
