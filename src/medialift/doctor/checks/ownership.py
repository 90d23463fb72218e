"""Whether ACLs of single objects are switched off."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.settings_answers import told
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit

RULE = Rule(
    "medialift.W023",
    "In the bucket {bucket} single objects can have ACLs of their own, so one upload can be public.",
    "{aws} s3api put-bucket-ownership-controls --bucket {bucket} "
    "--ownership-controls Rules=[{{ObjectOwnership=BucketOwnerEnforced}}]",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if told(visit.settings().ownership) != "BucketOwnerEnforced":
        yield RULE.found(bucket=visit.store.identity.container, aws=visit.aws)


CHECK = StoreCheck(RULE, "ACLs are switched off", look)
