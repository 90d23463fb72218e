"""Whether files can be deleted."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import BODY, FOLDER, Visit
from medialift.errors import AccessDeniedError, ReadOnlyError

RULE = Rule(
    "medialift.E016",
    "STORAGES[{alias!r}] cannot delete a file: {reason}. What was tried here stays in {folder}/.",
    "Allow s3:DeleteObject on {arn} (a folder: write permission for the site's user).",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    key = visit.new_key()
    visit.store.put(key, BODY)
    try:
        visit.store.delete(key)
    except (AccessDeniedError, ReadOnlyError) as error:
        yield RULE.found(alias=visit.alias, reason=error.reason.rstrip("."), folder=FOLDER, arn=visit.arn)


CHECK = StoreCheck(RULE, "files can be deleted", look)
