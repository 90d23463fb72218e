"""Whether the bucket takes the ACL that goes with each upload."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.answers import DoesNotApplyError
from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit
from medialift.errors import UnsupportedError

RULE = Rule(
    "medialift.E040",
    "STORAGES[{alias!r}] sends the ACL {acl} with each upload, and the bucket refuses it: {reason}.",
    "Remove acl (default_acl, AWS_DEFAULT_ACL) from the settings: who may read is said by the bucket's policy.",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    storage = facts.storages.get(visit.alias)
    if storage is None or not storage.acl:
        raise DoesNotApplyError("no ACL is sent")
    try:
        visit.written()
    except UnsupportedError as error:
        yield RULE.found(alias=visit.alias, acl=storage.acl, reason=error.reason.rstrip("."))


CHECK = StoreCheck(RULE, "the bucket takes the ACL of uploads", look)
