"""Whether files can be stored under the prefix."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import AccessDeniedError, NoSpaceError, ReadOnlyError, UnavailableError

RULE = Rule(
    "medialift.E014",
    "STORAGES[{alias!r}] cannot store a file: {reason}.",
    "Allow s3:PutObject on {arn} (a folder: write permission for the site's user).",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    try:
        visit.written()
    except (AccessDeniedError, ReadOnlyError, NoSpaceError, UnavailableError) as error:
        yield RULE.found(alias=visit.alias, reason=error.reason.rstrip("."), arn=visit.arn)


CHECK = StoreCheck(RULE, "files can be stored", look, watched=True)
