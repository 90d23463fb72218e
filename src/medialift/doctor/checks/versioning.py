"""Whether deleted and replaced files can be brought back."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.settings_answers import told
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit

RULE = Rule(
    "medialift.W020",
    "The bucket {bucket} keeps no earlier versions: what is deleted or replaced is gone.",
    "{aws} s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if not told(visit.settings().versioning):
        yield RULE.found(bucket=visit.store.identity.container, aws=visit.aws)


CHECK = StoreCheck(RULE, "the bucket keeps versions", look)
