"""Whether objects are encrypted where they lie."""

from __future__ import annotations

from collections.abc import Iterator

from medialift.doctor.check import StoreCheck
from medialift.doctor.finding import Finding, Rule
from medialift.doctor.settings_answers import told
from medialift.doctor.site import SiteFacts
from medialift.doctor.visit import Visit

RULE = Rule(
    "medialift.W021",
    "The bucket {bucket} has no default encryption.",
    "{aws} s3api put-bucket-encryption --bucket {bucket} --server-side-encryption-configuration "
    """'{{"Rules":[{{"ApplyServerSideEncryptionByDefault":{{"SSEAlgorithm":"AES256"}}}}]}}'""",
)


def look(facts: SiteFacts, visit: Visit) -> Iterator[Finding]:
    if not told(visit.settings().encryption):
        yield RULE.found(bucket=visit.store.identity.container, aws=visit.aws)


CHECK = StoreCheck(RULE, "the bucket is encrypted", look)
