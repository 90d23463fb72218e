"""Whether files can be deleted."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.advice import to_allow
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import BODY, FOLDER, Visit
from medialift.errors import AccessDeniedError, ReadOnlyError

RULE = Rule(
    "medialift.E016",
    "STORAGES[{alias!r}] cannot delete a file: {reason}. What was tried here stays in {folder}/.",
    "{how}",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    key = visit.new_key()
    visit.store.put(key, BODY)
    try:
        visit.store.delete(key)
    except (AccessDeniedError, ReadOnlyError) as error:
        how = to_allow(visit, "s3:DeleteObject", visit.arn, on_disk="write", refusal=error)
        yield RULE.found(alias=visit.alias, reason=error.reason.rstrip("."), folder=FOLDER, how=how)


CHECK = StoreCheck(RULE, "files can be deleted", look)
